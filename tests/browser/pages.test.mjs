// The pages of `graph --format html`, in a browser. Usage: pages.test.mjs PROGRAM SAMPLES MODULES SCREENSHOTS
// MODULES is the folder that holds node_modules. Exits with 77 where there is nothing to test with.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { hostile_folder, large_folder } from "./templates.mjs";

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
  execFileSync(program, ["graph", ...paths, "--format", "html", "--output", page], { cwd: from, stdio: ["ignore", "ignore", "ignore"] });
  return pathToFileURL(page).href;
};
const large = join(folder, "large"), hostile = join(folder, "hostile");
const large_count = large_folder(large), hostile_count = hostile_folder(hostile);
const pages = {
  small: draw("small", ["sometimes-unsigned-function", "walk-through", "layers", "image-and-inline"], samples),
  large: draw("large", ["."], large),
  hostile: draw("hostile", ["."], hostile),
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
    const view = () => page.locator("#graph > .picture").getAttribute("viewBox").then((text) => text.split(" ").map(Number));
    const before = await view();
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
    await shot(page, "large-zoomed");
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
        await close(page);
      }
  },

  async "texts stay in their boxes"() {
    for (const name of ["small", "large", "hostile"]) {
      const page = await open(name);
      assert.deepEqual(await page.evaluate(spilling), []);
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
function low_contrast() {
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
  const texts = [...document.querySelectorAll("h1 span, .facts, button, button b, .soft, .state b, .severity, th, summary, #graph g.node text")];
  const faults = new Set();
  for (const one of texts) {
    const style = getComputedStyle(one), color = one.matches("svg *") ? style.fill : style.color;
    const [a, b] = [light(color), light(behind(one))].sort((x, y) => y - x);
    const contrast = (a + 0.05) / (b + 0.05);
    if (contrast < 4.5) faults.add(`${one.tagName} ${one.getAttribute("class")} in ${one.parentElement.getAttribute("class")}: ${contrast.toFixed(2)}`);
  }
  return [...faults];
}

// Runs in the page: texts of the graph that do not fit into their boxes.
function spilling() {
  const faults = [];
  for (const node of document.querySelectorAll("#graph g.node, #graph g.outside")) {
    const shape = node.querySelector(".shape").getBBox();
    for (const text of node.querySelectorAll(":scope > text")) {
      const box = text.getBBox();
      if (box.x < 0 || box.x + box.width > shape.width || box.y < 0 || box.y + box.height > shape.height + 1) faults.push(text.textContent);
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
