// Reading: every trap of yaml-cpp 0.7 and RapidJSON 1.1 that is known, and exact spans.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include "tests/support.h"
#include "tests/witness.h"

namespace codesign {
namespace {

Document read(std::string text) {
  return parse({"t", std::move(text)});
}

std::string problem_of(std::string text) {
  const Document document = read(std::move(text));
  CHECK((document.problems.empty() || document.nodes.empty()));
  return document.problems.empty() ? "" : document.problems.front().message;
}

bool mentions(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

// "TAG|TEXT|SOURCE" of every scalar, in order; SOURCE is what its span covers.
std::vector<std::string> scalars(const Document& document) {
  std::vector<std::string> result;
  for (const Node& node : document.nodes)
    if (node.kind == Node::Kind::scalar)
      result.push_back(fmt::format("{}|{}|{}", node.tag, node.text, document.source[node.span]));
  return result;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_SUITE("template") {
  TEST_CASE("positions are 1-based, and columns count code points") {
    const LineTable lines("ab\r\nc\xC3\xA4z\n\nlast");
    CHECK(lines.position(0) == Position{1, 1});
    CHECK(lines.position(1) == Position{1, 2});
    CHECK(lines.position(4) == Position{2, 1});
    CHECK(lines.position(7) == Position{2, 3});
    CHECK(lines.position(9) == Position{3, 1});
    CHECK(lines.position(10) == Position{4, 1});
    CHECK(lines.position(999) == Position{4, 5});
    CHECK(lines.line(1) == Span{0, 2});
    CHECK(lines.line_with_break(1) == Span{0, 4});
    CHECK(lines.line(4) == Span{10, 14});
    CHECK(LineTable("\xEF\xBB\xBF"
                    "a: b")
              .position(3) == Position{1, 1});
  }

  TEST_CASE("places in a long line are what counting from its start gives") {
    std::string line = "\xEF\xBB\xBF";
    while (line.size() < 9000) line += "a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x94\x91 and so on, ";
    const std::string text = line + "\nnext\n" + line;
    const LineTable lines(text);
    std::uint32_t points = 0, units = 0;
    for (std::uint32_t at = 3; at < line.size(); ++at) {
      const auto byte = static_cast<unsigned char>(line[at]);
      if ((byte & 0xC0) == 0x80) continue;
      const auto second = static_cast<std::uint32_t>(line.size() + 6 + at);
      CHECK(lines.position(at) == Position{1, points + 1});
      CHECK(lines.position(at, ColumnUnit::utf16_units) == Position{1, units + 1});
      CHECK(lines.position(at, ColumnUnit::bytes) == Position{1, at + 1});
      // Elsewhere, a byte order mark is a character.
      CHECK(lines.position(second) == Position{3, points + 2});
      CHECK(lines.position(second, ColumnUnit::utf16_units) == Position{3, units + 2});
      ++points;
      units += byte >= 0xF0 ? 2 : 1;
    }
  }

  TEST_CASE("spans of YAML scalars cover exactly what is written") {
    CHECK(scalars(read("a: plain text # comment\nb: 'it''s'\nc: \"x\\n\\\"y\\\"\"\nd: !Sub ${A}\n")) ==
          Texts{"|a|a", "|plain text|plain text", "|b|b", "|it's|'it''s'", "|c|c", "|x\n\"y\"|\"x\\n\\\"y\\\"\"",
                "|d|d", "!Sub|${A}|!Sub ${A}"});
    CHECK(scalars(read("a: one\n  two\n\n  three\nb: [x , \"y\",z]\n")) ==
          Texts{"|a|a", "|one two\nthree|one\n  two\n\n  three", "|b|b", "|x|x", "|y|\"y\"", "|z|z"});
    CHECK(scalars(read("a: |\n  x\n  y\n\nb: >-\n  p\n  q\nc: |+\n  k\n\n")) ==
          Texts{"|a|a", "|x\ny\n||\n  x\n  y", "|b|b", "|p q|>-\n  p\n  q", "|c|c", "|k\n\n||+\n  k\n"});
    CHECK(scalars(read("a: |2\n   x\nb: http://x/y?z#w\n")) ==
          Texts{"|a|a", "| x\n||2\n   x", "|b|b", "|http://x/y?z#w|http://x/y?z#w"});
  }

  TEST_CASE("CRLF, a byte order mark, no last line break") {
    CHECK(scalars(read("a: b\r\nc: |\r\n  d\r\n  e\r\nf: g h\r\n")) ==
          Texts{"|a|a", "|b|b", "|c|c", "|d\ne\n||\r\n  d\r\n  e", "|f|f", "|g h|g h"});
    CHECK(scalars(read("\xEF\xBB\xBF"
                       "a: b\nc: d")) == Texts{"|a|a", "|b|b", "|c|c", "|d|d"});
    CHECK(scalars(read("\xEF\xBB\xBF{\"a\": \"b\"}")) == Texts{"|a|\"a\"", "|b|\"b\""});
    CHECK(scalars(read("a: |\n  no break")) == Texts{"|a|a", "|no break||\n  no break"});
    // Blanks alone are no text of a block, however many.
    for (const std::string text :
         {">-\n  ", "|\n  ", "|-\n  \n ", ">\n   \n", "a: |\n      \nb: c\n", "- |-\n     \n", "a:\n  - >\n "}) {
      const Document blank = read(text);
      CHECK_MESSAGE(blank.problems.empty(), text);
      CHECK_MESSAGE(disagreement_with_libyaml(blank) == "", text);
    }
    const Document blank = read(">-\n  ");
    CHECK(blank.source[blank.nodes.at(0).span] == ">-");
  }

  TEST_CASE("values that are not written stand behind the colon or the dash") {
    CHECK(mentions(problem_of("d: [a, , b]\n"), "missing between two commas"));
    const Document absent = read("a:\nb: ~\nc:   # nothing\nl:\n  -\n  - null\n");
    REQUIRE(absent.problems.empty());
    Texts places;
    for (const Node& node : absent.nodes)
      if (node.kind == Node::Kind::null) places.push_back(fmt::format("{}-{}", node.span.begin, node.span.end));
    CHECK(places == Texts{"2-2", "6-7", "10-10", "29-29", "34-38"});
    const Document key = read("a:\nnull: x\n");
    REQUIRE(key.problems.empty());
    CHECK(key.nodes[2].span == Span{2, 2});
    CHECK(key.nodes[3].span == Span{3, 7});
  }

  TEST_CASE("a tag or anchor belongs to the span of its node, and the content starts behind it") {
    const Document document = read("a: &x !Foo\n  b: c\nd: !Sub\n  - ${A}\n  - A: b\n");
    REQUIRE(document.problems.empty());
    const Node& mapping = document.nodes[2];
    CHECK(mapping.tag == "!Foo");
    CHECK(mapping.anchored);
    CHECK(document.source[mapping.span] == "&x !Foo\n  b: c");
    CHECK(mapping.content == 13);
    CHECK(document[value_of(document, document.root(), "d")].tag == "!Sub");
    const Document key = read("{&x ~: b}\n");
    CHECK(key.source[key.nodes.at(1).span] == "&x ~");
    CHECK(disagreement_with_libyaml(key) == "");
  }

  TEST_CASE("an escape in a tag is refused, which others decode") {
    for (const std::string text : {"a: !Re%66 b\n", "!Z%fe'\n:o\n", "a: !<!Re%66> b\n", "a: !Re%66 [b]\n"})
      CHECK_MESSAGE(mentions(problem_of(text), "an escape in a tag"), text);
    CHECK_FALSE(problem_of("- !Su%62 |\n  b\n").empty());
    CHECK(problem_of("a: !Sub 100%\nb: !Sub '%66'\n").empty());
  }

  TEST_CASE("a tagged block scalar behind a dash is read, which yaml-cpp 0.7 alone cannot") {
    CHECK(scalars(read("- !Sub |\n  hello ${X}\n- &a !Sub |\n  # no comment\n- |\n    - !Sub |\n      text\n")) ==
          Texts{"!Sub|hello ${X}\n|!Sub |\n  hello ${X}", "!Sub|# no comment\n|&a !Sub |\n  # no comment",
                "|- !Sub |\n  text\n||\n    - !Sub |\n      text"});
    CHECK(scalars(read("- - !Sub >-\n    a\n    b\n")) == Texts{"!Sub|a b|!Sub >-\n    a\n    b"});
    CHECK(disagreement_with_libyaml(read("x:\n- !Sub |\n  a\n- b: !Sub |\n    c\n")) == "");
  }

  TEST_CASE("aliases are read, and never expanded") {
    const Document document = read("a: &x {k: v}\nb: *x\nc:\n  <<: *x\n  own: 1\n");
    REQUIRE(document.problems.empty());
    CHECK(scalar_text(document, value_of(document, value_of(document, document.root(), "b"), "k")) == "v");
    CHECK(scalar_text(document, value_of(document, value_of(document, document.root(), "c"), "k")) == "v");
    CHECK(entries(document, value_of(document, document.root(), "c")).size() == 2);

    std::string merges = "a0: &a0 {k: v}\n";
    for (int i = 1; i < 90; ++i) merges += fmt::format("a{0}: &a{0}\n  <<: *a{1}\n", i, i - 1);
    const Document chain = read(merges);
    CHECK(scalar_text(chain, value_of(chain, value_of(chain, chain.root(), "a89"), "k")) == "v");
    CHECK(mentions(problem_of("a: *nowhere\n"), "not valid YAML"));
  }

  TEST_CASE("a key given twice: the last one counts") {
    const Document document = read("a: 1\nb: 2\na: 3\n");
    CHECK(scalar_text(document, value_of(document, document.root(), "a")) == "3");
    CHECK(duplicate_key(document, document.root()) == "a");
  }

  TEST_CASE("what is not text is refused with a sentence") {
    CHECK(mentions(problem_of(std::string("\xFF\xFE"
                                          "a\0",
                                          4)),
                   "UTF-16"));
    CHECK(mentions(problem_of(std::string("\0a\0:", 4)), "UTF-16"));
    CHECK(mentions(problem_of(std::string("ab: \0", 5)), "NUL"));
    CHECK(mentions(problem_of("a: \x04"), "control character"));
    CHECK(mentions(problem_of("a: \x1b[31m"), "control character"));
    CHECK(mentions(problem_of("a: b\rc: d\n"), "carriage return"));
    CHECK(problem_of("{\"a\":\r1}").empty());
    for (const char* directive : {"%A: b\nc: d\n", "# a\n\n%TAG ! !x\n---\na: !Ref b\n", "%YAML\n---\na: b\n"})
      CHECK(mentions(problem_of(directive), "a directive other than %YAML"));
    for (const char* behind : {"{}\n%", "{} # a\n%x y\n", "[]\n%YAML 1.1\n"}) CHECK_FALSE(problem_of(behind).empty());
    CHECK(problem_of("# a\n%YAML 1.1\n---\n# b\na: \"%\"\n").empty());
    CHECK(mentions(problem_of("a: b\n\xEF\xBB\xBF: d\n"), "a byte order mark at the start of a line"));
    CHECK(problem_of("\xEF\xBB\xBF"
                     "a: b\xEF\xBB\xBF\n")
              .empty());
    for (const char* separator : {"\xC2\x85", "\xE2\x80\xA8", "\xE2\x80\xA9"}) {
      CHECK(mentions(problem_of("a: b # c" + std::string(separator) + "d: e\n"), "end a line for some readers"));
      CHECK(problem_of("{\"a\": \"b" + std::string(separator) + "c\"}").empty());
    }
    CHECK(mentions(problem_of("a: \xC3"), "not UTF-8"));
    CHECK(mentions(problem_of("a: \xC0\xAF"), "not UTF-8"));
    CHECK(mentions(problem_of("a: \xED\xA0\x80"), "not UTF-8"));
    CHECK(mentions(problem_of(std::string(max_file_bytes + 1, 'a')), "larger than 16 MB"));
  }

  TEST_CASE("YAML that yaml-cpp accepts, and a template may not be") {
    CHECK(mentions(problem_of("a: \"never closed\nb: c\n"), "never closed"));
    CHECK(mentions(problem_of("a: 'never closed\nb: c\n"), "never closed"));
    CHECK(mentions(problem_of("a: b\n---\nc: d\n"), "second document"));
    CHECK(mentions(problem_of("&a !Ref # nothing\n"), "a tag with nothing behind it"));
    CHECK(mentions(problem_of("a: \"b\\N\"\n"), "escapes"));
    CHECK(mentions(problem_of("a: \"\\_b\"\n"), "escapes"));
    CHECK(problem_of("a: \"\\x85\\xA0\\L\\P\\e\\\\N\"\n").empty());
    CHECK(!problem_of("{a: 1} x").empty());
    CHECK(mentions(problem_of("- a\nb: 1\n"), "second document"));
    CHECK(problem_of("---\na: b\n...\n").empty());
    CHECK(problem_of("%YAML 1.1\n---\na: b\n").empty());
  }

  TEST_CASE("YAML that is malformed names the line") {
    const Document document = read("Resources:\n  A: b\n\tC: d\n");
    REQUIRE(document.problems.size() == 1);
    CHECK(LineTable(document.source.bytes).position(document.problems[0].where.begin).line == 3);
    CHECK(mentions(problem_of("a: [b, c\n"), "not valid YAML"));
    CHECK(mentions(problem_of("a: b: c\n"), "not valid YAML"));
    CHECK(!problem_of("a:\n  b: c\n  d: e\n f\n").empty());
    CHECK(mentions(problem_of("a:\n  b:\n    c: d\n  e\n"), "':' is missing"));
    CHECK(mentions(problem_of("a: &b:c d\n"), "name of an anchor"));
    CHECK(mentions(problem_of("a:\n  : b\n"), "key is missing"));
  }

  TEST_CASE("nesting is bounded") {
    CHECK(mentions(problem_of(std::string(2000, '[')), "nested more than 500"));
    CHECK(mentions(problem_of(std::string(1000000, '[')), "nested more than 500"));
    std::string object;
    for (int i = 0; i < 100000; ++i) object += "{\"a\":";
    CHECK(mentions(problem_of(object), "nested more than 500"));
    std::string blocks;
    for (int i = 0; i < 2000; ++i) blocks += "- ";
    CHECK(mentions(problem_of(blocks), "nested more than 500"));
    CHECK(problem_of(std::string(400, '[') + std::string(400, ']')).empty());
  }

  TEST_CASE("tabs: as separators and in flow, not as indentation") {
    CHECK(problem_of("a:\tb\t# c\nd: [x,\ty]\n").empty());
    CHECK(!problem_of("a:\n\tb: c\n").empty());
    CHECK(problem_of("{\n\t\"a\":\t1\n}\n").empty());
  }

  TEST_CASE("JSON: kinds, spans, escapes, numbers as written") {
    const Document document = read("{ \"a\" : [1.50, true ,null, \"\\u00e4\\\"\"],\n\t\"b\":{} }\n");
    REQUIRE(document.problems.empty());
    CHECK(document.format == Format::json);
    CHECK(scalars(document) ==
          Texts{"|a|\"a\"", "|1.50|1.50", "|true|true", "|\xC3\xA4\"|\"\\u00e4\\\"\"", "|b|\"b\""});
    CHECK(document.source[document[value_of(document, document.root(), "b")].span] == "{}");
    CHECK(document.source[document[document.root()].span] ==
          std::string_view(document.source.bytes).substr(0, document.source.bytes.size() - 1));
    CHECK(disagreement_with_libyaml(read("{\"a\": [1, {\"b\": null}], \"c\": \"d\"}")) == "");
  }

  TEST_CASE("text in braces that is not JSON is read as YAML; if it is neither, JSON's message is given") {
    const Document flow = read("{a: !Ref b, # comment\n c: [d]}\n");
    CHECK(flow.problems.empty());
    CHECK(flow.format == Format::yaml);
    CHECK(mentions(problem_of("{\"a\": \"b\" \"c\": 1}"), "not valid JSON"));
    CHECK(mentions(problem_of("{\"a\": 1} {\"b\": 2}"), "not valid JSON"));
  }

  TEST_CASE("a text without content has neither nodes nor problems") {
    for (const char* text : {"", "\n\n", "# only a comment\n", "   "}) {
      const Document document = read(text);
      CHECK(document.nodes.empty());
      CHECK(document.problems.empty());
    }
  }

  TEST_CASE("odd YAML: libyaml sees the same tree in the same bytes") {
    for (const char* text : {
             "a: [ !ImportValue Fn::Sub: x, {b: c, d}, e: f ]\n",
             "? complex\n: value\n? alone\n",
             "a: ! tagged\nb: !!str 12\nc: !<tag:x> y\n",
             "a:\n- b\n-   c: d\n    e: f\n- - g\n  - h\n",
             "a: 'x\n  y'\nb: \"p\\\n  q\"\n",
             "a: >\n  folded\n  text\n\n    more\n  end\n\n\nb: c\n",
             "a: |-\n\n  leading blank\nb: |\n \n  x\n",
             "# head\na:   # side\n  # inside\n  b: c # end\n# foot\n",
             "\"quoted key\": v\n'single': w\n",
             "a: x#y\nb: \"#\"\n",
             "--- !Foo\na: b\n",
             "--- # comment\n- a\n...\n# after\n",
             "a: &anchor\nb: *anchor\n",
             "- !Ref\n- ''\n- \"\"\n-\n",
             "a: {}\nb: []\nc: { }\nd: [\n]\n",
             "\xC3\xA4: \xE2\x82\xAC # \xF0\x9F\x98\x80\nb: c\n",
         }) {
      const Document document = read(text);
      CAPTURE(std::string(text));
      REQUIRE(document.problems.empty());
      CHECK(disagreement_with_libyaml(document) == "");
    }
  }
}

}  // namespace codesign
