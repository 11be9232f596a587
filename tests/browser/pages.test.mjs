// The pages of `graph --format html`, in a browser. Usage: pages.test.mjs PROGRAM SAMPLES MODULES SCREENSHOTS
// MODULES is the folder that holds node_modules. Exits with 77 where there is nothing to test with.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { broken_folder, hostile_folder, large_folder, tall_folder, write } from "./templates.mjs";

const [program, samples, modules, screenshots] = process.argv.slice(2);
const skip = (why) => {
  console.log(`SKIPPED: the browser: ${why}; ./dev browser installs what it needs`);
  process.exit(77);
};
const browser_path = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
if (!browser_path) skip("there is no Chromium");
let chromium;
try {
  ({ chromium } = createRequire(join(modules, "here.js"))("playwright-core"));
} catch {
  skip("there is no playwright-core");
}

const folder = mkdtempSync(join(tmpdir(), "cfn-codesign-pages-"));
mkdirSync(screenshots, { recursive: true });
const draw = (name, paths, from) => {
  const page = join(folder, `${name}.html`);
  // It exits with 1 where a template cannot be read.
  const { status } = spawnSync(program, ["graph", ...paths, "--format", "html", "--output", page], { cwd: from, stdio: "ignore" });
  assert.ok(status === 0 || status === 1, `${name}: ${status}`);
  return pathToFileURL(page).href;
};
const [large, tall, hostile, broken, empty] = ["large", "tall", "hostile", "broken", "empty"].map((name) => join(folder, name));
const large_count = large_folder(large), tall_count = tall_folder(tall), hostile_count = hostile_folder(hostile);
broken_folder(broken);
write(join(empty, "template.yaml"), "Resources:\n  B: {Type: AWS::S3::Bucket}\n");
const pages = {
  small: draw("small", ["sometimes-unsigned-function", "walk-through", "layers", "image-and-inline"], samples),
  large: draw("large", ["."], large),
  tall: draw("tall", ["."], tall),
  hostile: draw("hostile", ["."], hostile),
  broken: draw("broken", ["."], broken),
  empty: draw("empty", ["."], empty),
};

const browser = await chromium.launch({ executablePath: browser_path, args: process.getuid?.() === 0 ? ["--no-sandbox"] : [] });

// Opens a page that must ask nothing of the network and complain of nothing.
async function open(name, options = {}) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, ...options });
  page.faults = [];
  page.on("console", (message) => page.faults.push(message.text()));
  page.on("pageerror", (error) => page.faults.push(String(error)));
  page.on("dialog", (dialog) => { page.faults.push("a dialog"); dialog.dismiss(); });
  page.on("request", (request) => { if (request.url() !== pages[name]) page.faults.push(request.url()); });
  await page.goto(pages[name]);
  return page;
}
async function close(page) {
  assert.deepEqual(page.faults, []);
  await page.close();
}
const shown = (page) => page.locator(".functions tbody tr:visible").count();
const shot = (page, name, more = {}) => page.screenshot({ path: join(screenshots, `${name}.png`), ...more });
const node_of = (page, row) => row.getAttribute("data-node").then((id) => page.locator(`#graph .node[data-node="${id}"]`));
const view_of = (page) => page.locator("#graph > .picture").getAttribute("viewBox").then((text) => text.split(" ").map(Number));
const chosen_row = (page) => page.locator(".functions tr.chosen");
const phone = { viewport: { width: 390, height: 844 }, hasTouch: true };
const look = (locator) => locator.evaluate((element) => getComputedStyle(element).opacity);

const tests = {
  async "every function has one cell and one row, and the numbers add up"() {
    for (const [name, count] of [["large", large_count], ["hostile", hostile_count]]) {
      const page = await open(name);
      assert.equal(await page.locator("#graph .node.function").count(), count);
      assert.equal(await shown(page), count);
      const numbers = await page.locator(".filters button:not(.mixed) b").allTextContents();
      assert.equal(numbers.reduce((sum, one) => sum + Number(one), 0), count);
      await close(page);
    }
  },

  async "a search narrows the table and the graph"() {
    const page = await open("large");
    await page.keyboard.press("/");
    await page.keyboard.type("billing cancel");
    const rows = await shown(page);
    assert.ok(rows > 0 && rows < 20, `${rows} rows`);
    assert.equal(await page.locator("#graph .function:not(.out)").count(), rows);
    assert.match(await page.locator("#count").textContent(), new RegExp(`^${rows} of ${large_count} shown`));
    await page.keyboard.press("Enter");
    assert.equal(await page.locator(".functions tr.chosen").count(), 1);
    await shot(page, "large-search");
    await page.fill("#search", "no such function");
    assert.equal(await shown(page), 0);
    assert.ok(await page.locator(".nothing").isVisible());
    await close(page);
  },

  async "filters show a state, or several"() {
    const page = await open("large");
    const number = (state) => page.locator(`.filters .${state} b`).textContent().then(Number);
    await page.click(".filters .none");
    assert.equal(await shown(page), await number("none"));
    assert.equal(await page.locator("#graph .function:not(.out)").count(), await number("none"));
    await page.click(".filters .warns");
    assert.equal(await shown(page), await number("none") + await number("warns"));
    assert.equal(await page.locator(".filters .warns").getAttribute("aria-pressed"), "true");
    await page.click(".filters .none");
    await page.click(".filters .warns");
    await page.click(".filters .mixed");
    assert.equal(await shown(page), await number("mixed"));
    await close(page);
  },

  async "a click on a function shows it with its config, publishers and layers"() {
    const page = await open("small", { reducedMotion: "reduce" });
    const row = page.locator(".functions tr", { hasText: "ResizeImages" }).first();
    const cell = await node_of(page, row);
    await cell.click();
    assert.ok(await row.evaluate((one) => one.classList.contains("chosen") && one.getAttribute("aria-current") === "true"));
    const near = await page.locator("#graph .node.near .name").allTextContents();
    for (const name of ["ResizeImages", "SigningConfig", "ImageTools", "MediaProfile"]) assert.ok(near.includes(name), `${name} in ${near}`);
    for (const name of ["PrintInvoice", "PdfTools"]) assert.ok(!near.includes(name), name);
    assert.equal(await look(page.locator("#graph .config.near").first()), "1");
    assert.equal(await cell.locator(".shape").evaluate((one) => getComputedStyle(one).strokeWidth), "4px");
    assert.ok(Number(await look(page.locator("#graph .function:not(.near)").first())) < 0.5);
    await shot(page, "small-chosen");
    await page.keyboard.press("Escape");
    assert.equal(await page.locator("#graph .near").count(), 0);
    await row.locator("button").click();
    assert.ok(await cell.evaluate((one) => one.classList.contains("here")));
    await close(page);
  },

  async "everything works by keyboard"() {
    const page = await open("large");
    const focus = () => page.evaluate(() => document.activeElement.closest("[data-node]")?.dataset.node ?? document.activeElement.id ?? "");
    await page.focus("#search");
    for (let tabs = 0; tabs < 7; ++tabs) await page.keyboard.press("Tab");
    const first = await focus();
    assert.ok(await page.evaluate(() => document.activeElement.matches("#graph .node:focus-visible")), "after the filters comes the graph");
    await page.keyboard.press("ArrowDown");
    const second = await focus();
    assert.notEqual(second, first);
    await page.keyboard.press("Enter");
    assert.ok(await page.locator(`#graph .node.here[data-node="${second}"][aria-pressed=true]`).count());
    const before = await page.locator("#graph > .picture").getAttribute("viewBox");
    await page.keyboard.press("+");
    assert.notEqual(await page.locator("#graph > .picture").getAttribute("viewBox"), before);
    await page.keyboard.press("0");
    await page.keyboard.press("Escape");
    assert.equal(await page.locator("#graph .here").count(), 0);
    await page.keyboard.press("Tab");
    assert.equal(await focus(), "farther", "one stop for the whole graph");
    const unnamed = await page.evaluate(() => [...document.querySelectorAll("#graph .node[tabindex]")].filter((one) => !one.getAttribute("aria-label")).length);
    assert.equal(unnamed, 0);
    const width = await page.evaluate(() => { document.querySelector(".filters button").focus({ focusVisible: true }); return getComputedStyle(document.activeElement).outlineWidth; });
    assert.equal(width, "3px");
    await close(page);
  },

  async "the wheel zooms to the pointer, and dragging moves"() {
    const page = await open("large");
    const view = () => view_of(page);
    const before = await view();
    assert.ok(await page.locator(".hint").isVisible());
    await page.mouse.move(300, 400);
    await page.mouse.wheel(0, -600);
    await page.waitForFunction((width) => document.querySelector("#graph > .picture").viewBox.baseVal.width < width * 0.9, before[2]);
    const zoomed = await view();
    await page.mouse.down();
    await page.mouse.move(350, 440, { steps: 4 });
    await page.mouse.up();
    const moved = await view();
    assert.ok(moved[0] < zoomed[0] && moved[1] < zoomed[1]);
    assert.equal(await page.locator("#graph .here").count(), 0, "a drag is no click");
    assert.ok(!(await page.locator(".hint").isVisible()), "who knows how is not told again");
    await shot(page, "large-zoomed");
    await close(page);
  },

  async "a row brings its function and its config into view, with names that can be read"() {
    for (const [name, count] of [["large", large_count], ["tall", tall_count]]) {
      const page = await open(name, { reducedMotion: "reduce" });
      const unseen = await page.evaluate(unseen_configs);
      assert.deepEqual(unseen, []);
      assert.equal(await shown(page), count);
      await shot(page, `${name}-chosen`);
      await close(page);
    }
  },

  async "what is chosen is told in words, with a button for all that it uses"() {
    const page = await open("large", { reducedMotion: "reduce" });
    const strip = page.locator("#strip");
    assert.ok(!(await strip.isVisible()));
    const row = page.locator(".functions tbody tr.enforced", { hasText: "orders/template.yaml" }).first();
    const before = await page.locator("#graph > .picture").boundingBox();
    await row.locator("button").click();
    assert.match(await strip.locator("p").textContent(), /^function \w+: enforced \(orders\/template.yaml, line \d+\)$/);
    assert.match((await strip.locator("li").allTextContents()).join(), /SigningConfig ?config: enforced.*Platform ?publisher/);
    const after = await page.locator("#graph > .picture").boundingBox();
    assert.ok(after.y + after.height <= (await strip.boundingBox()).y + 1 && after.height < before.height, "it covers nothing");
    await strip.locator("li button", { hasText: "Platform" }).click();
    const id = await page.locator("#graph .publisher.near", { hasText: "Platform" }).getAttribute("data-node");
    assert.ok(await page.evaluate(is_in_view, `#graph .node[data-node="${id}"] > .shape`));
    assert.equal(await chosen_row(page).count(), 1, "a look at something else chooses nothing else");
    await page.click("#to-graph");
    assert.ok(await page.evaluate(is_in_view, "#graph .here > .shape"));
    await page.click("#to-none");
    assert.ok(!(await strip.isVisible()));
    assert.ok(await page.evaluate(() => document.activeElement.matches("#graph .node")), "the focus is not lost");
    assert.equal(await page.locator("#graph .near, #graph .called text").count(), 0);
    await close(page);
  },

  async "a config shows whose it is, in the list, too"() {
    const page = await open("large", { reducedMotion: "reduce" });
    const config = page.locator("#graph .config.enforced").first();
    const id = await config.getAttribute("data-node");
    await config.dispatchEvent("click");
    const users = await page.evaluate((id) => [...document.querySelectorAll(`#graph .edge[data-to="${id}"]`)].map((one) => one.dataset.from), id);
    const marked = await page.locator(".functions tr.near").evaluateAll((rows) => rows.map((row) => row.dataset.node));
    assert.ok(users.length > 0);
    assert.deepEqual(marked.sort(), users.sort());
    assert.ok(await page.evaluate(is_in_view, ".functions tr.near"));
    await page.keyboard.press("Escape");
    assert.equal(await page.locator(".functions tr.near").count(), 0);
    await close(page);
  },

  async "a search finds what a function uses, and other findings"() {
    const page = await open("large", { reducedMotion: "reduce" });
    const others = await page.locator("details li:visible").count();
    for (const name of ["Tools", "Datadog-Extension", "Team_stock"]) {
      await page.fill("#search", name);
      const rows = await shown(page);
      assert.ok(rows > 0 && rows < large_count, `${name}: ${rows} rows`);
      const found = page.locator("#graph .node:not(.function):not(.out)", { hasText: name.slice(0, 7) }).first();
      assert.equal(await look(found), "1");
    }
    assert.equal(await page.locator("details li:visible").count(), 0);
    await page.fill("#search", "trialconfig");
    const left = await page.locator("details li:visible").count();
    assert.ok(left > 0 && left < others);
    assert.match(await page.locator("#count").textContent(), new RegExp(`, ${left} of ${others} other findings$`));
    await close(page);
  },

  async "what is narrowed begins at its beginning, and leaves nothing behind"() {
    const page = await open("large", { reducedMotion: "reduce" });
    const list = page.locator("#list");
    await list.evaluate((one) => { one.scrollTop = 9999; });
    await page.click(".filters .none");
    assert.equal(await list.evaluate((one) => one.scrollTop), 0);
    await list.evaluate((one) => { one.scrollTop = 500; });
    for (const part of ["#count", ".functions th", "#show-all"]) assert.ok(await page.evaluate(is_in_view, part), part);
    const lines = await page.evaluate(() => [...document.querySelectorAll("#graph .edge")].filter((line) =>
      document.querySelector(`#graph .node[data-node="${line.dataset.from}"]`).matches(".out") && getComputedStyle(line).visibility !== "hidden").length);
    assert.equal(lines, 0, "lines of what is left out");
    await page.locator("#graph .function.enforced").first().dispatchEvent("click");
    assert.equal(await page.locator("#graph .here").count(), 0, "what is left out is not chosen");
    assert.equal(await page.locator("#graph .node[tabindex='0']").count(), 1);
    assert.ok(await page.locator("#graph .node[tabindex='0']:not(.out)").count(), "Tab goes to what is left");
    await page.locator(".functions tr.none button").first().click();
    await page.keyboard.press("Escape");
    assert.equal(await chosen_row(page).count(), 0);
    assert.notEqual(await shown(page), large_count, "the choice goes first");
    await page.keyboard.press("Escape");
    assert.equal(await shown(page), large_count);
    await page.fill("#search", "billing");
    await page.click(".filters .none");
    await page.click("#show-all");
    assert.equal(await shown(page), large_count);
    assert.equal(await page.inputValue("#search"), "");
    assert.ok(!(await page.locator("#show-all").isVisible()));
    await close(page);
  },

  async "the list can be sorted"() {
    const page = await open("large");
    const texts = (part) => page.locator(`.functions tbody tr ${part}`).allTextContents();
    const worst_first = await texts("button");
    await page.click("[data-sort=name]");
    const names = await texts("button");
    assert.deepEqual(names, [...names].sort((a, b) => a.localeCompare(b, "en", { numeric: true })));
    assert.equal(await page.locator("th[aria-sort]").textContent(), "FunctionTemplate");
    await page.click("[data-sort=template]");
    const places = await texts("td:first-child p:first-of-type");
    assert.deepEqual(places, [...places].sort((a, b) => a.localeCompare(b, "en", { numeric: true })));
    await page.click("[data-sort=state]");
    assert.deepEqual(await texts("button"), worst_first);
    await close(page);
  },

  async "with 300 functions, the names of templates and what is unsigned can be read at once"() {
    for (const name of ["large", "tall"]) {
      const page = await open(name);
      const heights = await page.locator("#graph .stack .sign text").evaluateAll((texts) => texts.map((one) => one.getBoundingClientRect().height));
      assert.ok(heights.length > 0 && heights.every((one) => one >= 11), `${heights}`);
      assert.equal(await page.locator("#graph .stack.bad .sign", { hasText: "unsigned" }).count(), await page.locator("#graph .stack.bad").count());
      await page.click("#closer");
      const nearer = await page.locator("#graph .stack .sign .name").evaluateAll((texts) => texts.map((one) => one.getBoundingClientRect().height));
      assert.ok(nearer.every((one) => one < 20), "a sign stays as large as it must be");
      // What cannot be read is not drawn.
      assert.deepEqual(await page.evaluate(too_small), []);
      await page.click("#closer", { clickCount: 6 });
      assert.ok(await page.locator("#graph .letters .name").first().evaluate((one) => one.getBoundingClientRect().height > 0));
      assert.deepEqual(await page.evaluate(too_small), []);
      await close(page);
    }
  },

  async "the tools lie over nothing where all of it is shown"() {
    for (const name of ["large", "tall"]) {
      const page = await open(name);
      const tools = await page.locator(".tools").boundingBox();
      const lowest = await page.locator("#graph .node > .shape").evaluateAll((shapes) => Math.max(...shapes.map((one) => one.getBoundingClientRect().bottom)));
      assert.ok(lowest <= tools.y, `${lowest} > ${tools.y}`);
      await close(page);
    }
  },

  async "without its program, a page still shows signs and all findings"() {
    const page = await open("large", { javaScriptEnabled: false });
    await shot(page, "large-no-program");
    const drawn = await page.locator("#graph .stack .sign text").first().boundingBox();
    assert.ok(drawn.height >= 8, `${drawn.height}`);
    assert.ok(await page.locator("details li").last().isVisible());
    await close(page);
  },

  async "a window that changes keeps what is looked at"() {
    const page = await open("large");
    const whole = await view_of(page);
    await page.setViewportSize({ width: 1100, height: 800 });
    assert.ok((await view_of(page))[2] >= whole[2] - 1, "all of it is still all of it");
    await page.click("#closer", { clickCount: 4 });
    const middle = ([x, y, width, height]) => [x + width / 2, y + height / 2];
    const size = async () => (await view_of(page))[2] / (await page.locator("#graph > .picture").boundingBox()).width;
    const [at, zoomed] = [middle(await view_of(page)), await size()];
    await page.setViewportSize({ width: 1300, height: 700 });
    const now = middle(await view_of(page));
    assert.ok(Math.hypot(at[0] - now[0], at[1] - now[1]) < 2 && Math.abs(zoomed - await size()) < 0.01);
    await close(page);
  },

  async "what cannot be read is an alarm in the headline, the graph and the list"() {
    const page = await open("broken");
    assert.equal(await page.title(), "Code signing: The only function is enforced; 2 templates cannot be read");
    assert.equal(await page.locator("h1 .good").count(), 0);
    assert.equal(await page.locator("#graph .unreadable").count(), 2);
    assert.deepEqual(await page.locator("#graph .unreadable .letters .about").allTextContents(), ["cannot be read", "cannot be read"]);
    assert.match(await page.locator(".unreadable li").first().textContent(), /^one.yaml cannot be read: not valid YAML: /);
    await shot(page, "broken");
    await close(page);
  },

  async "a page without functions says so"() {
    const page = await open("empty");
    assert.ok(await page.locator(".nothing", { hasText: "No functions in these templates." }).isVisible());
    for (const part of [".filters", "#search", ".hint", "#count"]) assert.ok(!(await page.locator(part).isVisible()), part);
    await close(page);
  },

  async "names from templates are text"() {
    const page = await open("hostile");
    for (const row of await page.locator(".functions tbody tr button").all()) await row.click();
    await page.click("#all");
    await shot(page, "hostile");
    assert.equal(await page.evaluate(() => window.attacked), undefined);
    assert.equal(await page.locator("img, iframe, script:not(:last-of-type), [onload], [onerror], [onmouseover]").count(), 0);
    assert.ok(await page.locator(".functions", { hasText: "</script><img src=x onerror=window.attacked=1>" }).count());
    // What would still come through is stopped by the policy.
    await page.evaluate(() => {
      const script = document.createElement("script");
      script.textContent = "window.attacked = 10";
      document.body.append(script);
      document.body.insertAdjacentHTML("beforeend", "<img src=x onerror='window.attacked = 11'>");
    });
    assert.equal(await page.evaluate(() => window.attacked), undefined);
    page.faults = [];
    await close(page);
  },

  async "text is read easily, in light and dark"() {
    for (const colorScheme of ["light", "dark"])
      for (const name of ["small", "large"]) {
        const page = await open(name, { colorScheme });
        await shot(page, `${name}-${colorScheme}`);
        const low = await page.evaluate(low_contrast);
        assert.deepEqual(low, [], `${name}, ${colorScheme}`);
        assert.deepEqual(await page.evaluate(low_outlines), [], `${name}, ${colorScheme}`);
        for (const row of await page.locator(".functions tbody tr.warns, .functions tbody tr.none").all()) {
          await row.locator("button").click();
          assert.deepEqual(await page.evaluate(low_contrast, "tr.chosen .soft, tr.chosen b, tr.chosen .severity, #strip p, #strip button, #strip span"), []);
        }
        await close(page);
      }
  },

  async "texts stay in their boxes"() {
    for (const name of ["small", "large", "hostile", "tall", "broken"]) {
      const page = await open(name);
      assert.deepEqual(await page.evaluate(spilling), [], name);
      await page.click("#closer", { clickCount: 8 });
      assert.deepEqual(await page.evaluate(spilling), [], name);
      await close(page);
    }
  },

  async "a phone shows all of it"() {
    for (const colorScheme of ["light", "dark"])
      for (const name of ["small", "large", "hostile"]) {
        const page = await open(name, { viewport: { width: 390, height: 844 }, colorScheme, hasTouch: true });
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= 390), `${name} is wider than the window`);
        await shot(page, `${name}-phone-${colorScheme}`);
        await close(page);
      }
  },

  async "a finger scrolls past the graph, and what it chooses is told where it is seen"() {
    const page = await open("large", { ...phone, reducedMotion: "reduce" });
    assert.equal(await page.locator("#graph > .picture").evaluate((one) => getComputedStyle(one).touchAction), "pan-y");
    await page.locator("#graph .function.enforced").first().dispatchEvent("click");
    const is_told = async (part) => {
      const box = await page.locator(part).boundingBox();
      return box && box.y >= 0 && box.y + box.height <= 845;
    };
    assert.ok(await is_told("#strip p") && await is_told("#strip li:first-child"));
    await page.click("#to-list");
    assert.ok(await is_told("tr.chosen button"));
    await page.click("#to-graph");
    assert.ok(await is_told("#graph .here > .shape"));
    await shot(page, "large-phone-chosen");
    await page.click("#to-none");
    await page.locator(".functions tbody tr:nth-child(40) button").click();
    assert.ok(await is_told("#strip p"));
    await page.setViewportSize({ width: 800, height: 360 });
    assert.ok((await page.locator("#graph").boundingBox()).height <= 360 * 0.71, "a low window has room beside the graph");
    await close(page);
    const tablet = await open("large", { viewport: { width: 800, height: 900 } });
    assert.match(await tablet.locator(".hint").innerText(), /Ctrl/, "where the wheel scrolls the page");
    await close(tablet);
  },

  async "a pressed filter is seen in forced colours"() {
    const page = await open("small", { forcedColors: "active" });
    await page.click(".filters .none");
    const color = (part) => page.locator(part).evaluate((one) => getComputedStyle(one).backgroundColor);
    assert.notEqual(await color(".filters .none"), await color(".filters .warns"));
    await close(page);
  },

  async "paper leaves out nothing without saying so"() {
    const page = await open("large", { reducedMotion: "reduce" });
    await page.locator(".functions tbody tr button").first().click();
    await page.click("summary");
    const print = (when) => page.evaluate((name) => window.dispatchEvent(new Event(name)), when);
    await page.emulateMedia({ media: "print" });
    await print("beforeprint");
    assert.equal(await page.locator("details li:visible").count(), await page.locator("details li").count());
    assert.ok(await page.locator("details li").count() > 12);
    assert.equal(await page.locator("#graph .near, tr.chosen").count(), 0, "nothing fades");
    assert.ok(!(await page.locator("#strip").isVisible()) && !(await page.locator("#count").isVisible()));
    assert.equal(await shown(page), large_count);
    await print("afterprint");
    await page.emulateMedia({ media: "screen" });
    assert.equal(await page.locator("tr.chosen").count(), 1);
    assert.equal(await page.locator("details[open]").count(), 0);
    await page.click(".filters .none");
    await page.emulateMedia({ media: "print" });
    await print("beforeprint");
    assert.match(await page.locator("#count").innerText(), new RegExp(`^\\d+ of ${large_count} shown`));
    await close(page);
  },

  async "paper shows the graph and the table"() {
    for (const name of ["small", "large"]) {
      const page = await open(name, { colorScheme: "dark" });
      await page.pdf({ path: join(screenshots, `${name}.pdf`), format: "A4", landscape: true, printBackground: true });
      await page.emulateMedia({ media: "print" });
      assert.ok(!(await page.locator("#search").isVisible()));
      assert.ok(await page.locator("#graph > .picture").isVisible());
      await page.setViewportSize({ width: 1100, height: 780 });
      await shot(page, `${name}-print`, { fullPage: name === "small" });
      await close(page);
    }
  },

  async "a picture that is given no room keeps its view"() {
    const page = await open("small");
    const view = () => page.locator("#graph > .picture").getAttribute("viewBox");
    const before = await view();
    for (const [property, value] of [["display", "none"], ["height", "0"], ["width", "0"]]) {
      const style = (text) => page.evaluate(([name, text]) =>
        document.querySelector("#graph > .picture").style.setProperty(name, text, "important"), [property, text]);
      await style(value);
      await page.setViewportSize({ width: 900, height: 700 });
      await page.evaluate(() => document.querySelector("#closer").click());
      await page.setViewportSize({ width: 1280, height: 800 });
      assert.equal(await view(), before, `${property}: ${value}`);
      await style("");
    }
    await page.setViewportSize({ width: 900, height: 700 });
    assert.notEqual(await view(), before);
    await close(page);
  },

  async "nothing moves for those who want that"() {
    const page = await open("small", { reducedMotion: "reduce" });
    assert.equal(await page.evaluate(() => getComputedStyle(document.querySelector("#graph .node")).transitionDuration), "0s");
    await close(page);
  },
};

// Runs in the page: texts whose contrast with what stands behind them is less than 4.5 (WCAG 2, 1.4.3).
function low_contrast(more = "") {
  const channels = (color) => (color.match(/[\d.]+/g) || []).map(Number);
  const light = (color) => {
    const [r, g, b] = channels(color).map((one) => one / 255).map((one) => one <= 0.03928 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const is_clear = (color) => color === "none" || color === "transparent" || channels(color)[3] === 0;
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const shape = at.matches("g.node, g.outside") && (element.matches(".varies") ? at.querySelector(".varies-shape") : at.querySelector(":scope > .shape"));
      const color = shape ? getComputedStyle(shape).fill : at.matches("svg, svg *") ? "none" : getComputedStyle(at).backgroundColor;
      if (!is_clear(color)) return color;
    }
    return getComputedStyle(document.documentElement).backgroundColor;
  };
  const texts = [...document.querySelectorAll(more || "h1 span, .facts, button, button b, .soft, .state b, .severity, th, summary, #graph g.node text")];
  const faults = new Set();
  for (const one of texts) {
    const style = getComputedStyle(one), color = one.matches("svg *") ? style.fill : style.color;
    const [a, b] = [light(color), light(behind(one))].sort((x, y) => y - x);
    const contrast = (a + 0.05) / (b + 0.05);
    if (contrast < 4.5) faults.add(`${one.tagName} ${one.getAttribute("class")} in ${one.parentElement.getAttribute("class")}: ${contrast.toFixed(2)}`);
  }
  return [...faults];
}

// Runs in the page: lines and outlines whose contrast with what they stand on is less than 3 (WCAG 2, 1.4.11).
function low_outlines() {
  const light = (color) => {
    const [r, g, b] = color.match(/[\d.]+/g).map(Number).map((one) => one / 255).map((one) => one <= 0.03928 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const style = (selector) => getComputedStyle(document.querySelector(selector));
  const card = style("#graph .stack > .shape").fill, ground = style("body").backgroundColor;
  const pairs = [["#graph .edge", "stroke", card], ["#graph .edge", "stroke", ground], ["#graph .config > .shape", "stroke", card],
    ["#graph .layer > .shape", "stroke", card], [".filters button", "borderTopColor", ground], [".tools button", "borderTopColor", ground]];
  return pairs.map(([selector, property, behind]) => {
    const [a, b] = [light(style(selector)[property]), light(behind)].sort((x, y) => y - x);
    return [selector, (a + 0.05) / (b + 0.05)];
  }).filter(([, contrast]) => contrast < 3);
}

// Runs in the page: something of it is within the window, and within what scrolls around it.
function is_in_view(selector) {
  const box = document.querySelector(selector).getBoundingClientRect();
  const frame = document.querySelector(selector).closest("#graph > .picture, #list").getBoundingClientRect();
  const inside = (from, to, low, high) => to > Math.max(from, 0) && low >= from - 1 && high <= to + 1;
  return inside(frame.top, Math.min(frame.bottom, innerHeight), box.top, box.bottom) && inside(frame.left, Math.min(frame.right, innerWidth), box.left, box.right);
}

// Runs in the page: chooses row after row; those whose function or config is then out of view, or without a name that can be read.
function unseen_configs() {
  const frame = () => document.querySelector("#graph > .picture").getBoundingClientRect();
  const unseen = [];
  for (const row of document.querySelectorAll(".functions tbody tr")) {
    row.querySelector("button").click();
    const id = row.dataset.node, whole = frame();
    const configs = [...document.querySelectorAll(`#graph .edge.to-config[data-from="${id}"]`)].map((edge) => edge.dataset.to);
    for (const one of [id, ...configs]) {
      const node = document.querySelector(`#graph .node[data-node="${one}"]`), box = node.querySelector(".shape").getBoundingClientRect();
      const name = node.querySelector(".name").textContent;  // or its first words
      const is_seen = box.left >= whole.left && box.right <= whole.right && box.top >= whole.top && box.bottom <= whole.bottom;
      const is_named = [node.querySelector(".name"), ...document.querySelectorAll("#graph .called .name")]
        .some((text) => text.textContent.startsWith(name) && text.getBoundingClientRect().height >= 8);
      if (!is_seen || !is_named) unseen.push(`${name} of ${row.querySelector("button").textContent}: ${is_seen} ${is_named}`);
    }
  }
  return unseen;
}

// Runs in the page: texts of the graph that are drawn and cannot be read, and marks without their word.
function too_small() {
  const height = (one) => one.getBoundingClientRect().height;
  const names = [...document.querySelectorAll("#graph .node text")].filter((one) => !one.matches(".varies") && height(one) > 0 && height(one) < 6);
  const pills = [...document.querySelectorAll("#graph .varies-shape")].filter((one) => height(one) > 0 && height(one.nextElementSibling) === 0);
  return [...names, ...pills].map((one) => one.outerHTML);
}

// Runs in the page: texts of the graph that do not fit into their boxes.
function spilling() {
  const faults = [];
  for (const node of document.querySelectorAll("#graph g.node, #graph g.outside")) {
    const shape = node.querySelector(".shape").getBoundingClientRect();
    for (const text of node.querySelectorAll("text")) {
      const box = text.getBoundingClientRect();
      if (box.width > 0 && (box.left < shape.left || box.right > shape.right || box.top < shape.top || box.bottom > shape.bottom + 1)) faults.push(text.textContent);
    }
    const name = node.querySelector(".name").getBBox(), varies = node.querySelector(".varies-shape")?.getBBox();
    if (varies && name.x + name.width > varies.x) faults.push(`${node.querySelector(".name").textContent} and varies`);
  }
  return faults;
}

let failures = 0;
try {
  for (const [name, test] of Object.entries(tests)) {
    try {
      await test();
      console.log(`passed: ${name}`);
    } catch (error) {
      ++failures;
      console.log(`FAILED: ${name}\n${error.stack}`);
    }
  }
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}
console.log(`${Object.keys(tests).length - failures} passed, ${failures} failed; screenshots in ${screenshots}`);
process.exit(failures === 0 ? 0 : 1);
