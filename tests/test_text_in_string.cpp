// Text in a string, found again in the bytes of the file.
#include <doctest/doctest.h>

#include "template/parse.h"
#include "template/text_in_string.h"
#include "tests/support.h"

namespace codesign {
namespace {

// What in a file stands for the first `part` of the text of its only value.
std::string found(const std::string& file, const std::string& part) {
  const Document document = parse({"t.yaml", file});
  REQUIRE(document.problems.empty());
  const NodeId value = value_of(document, document.root(), "a");
  const std::string_view text = *scalar_text(document, value);
  const TextInString places(document, value);
  const std::size_t at = text.find(part);
  REQUIRE(at != std::string_view::npos);
  CHECK(places.is_exact());
  const auto begin = static_cast<std::uint32_t>(at);
  return std::string(document.source[places.place({begin, begin + static_cast<std::uint32_t>(part.size())})]);
}

std::string in_lines(std::string text, const std::string& line_break) {
  for (std::size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + line_break.size()))
    text.replace(at, 1, line_break);
  return text;
}

}  // namespace

TEST_SUITE("template") {
  TEST_CASE("text in a string stands at the same bytes, in every style") {
    for (const char* file : {"a: one two", "a: 'one two'", "a: \"one two\"", "a: &x one two", "a: !Sub one two",
                             "a: !Sub 'one two'", "{\"a\": \"one two\"}", "a: |\n  one two\n", "a: >-\n  one two\n",
                             "a: |2-\n   one two", "a: !Sub |+ # note\n\n\n  one two\n\n\nb: c", "a: >2\n   one two\n",
                             "\xEF\xBB\xBF"
                             "a: |\n  zero\n   \n    one two\n"}) {
      CAPTURE(file);
      for (const char* line_break : {"\n", "\r\n"}) {
        CHECK(found(in_lines(file, line_break), "one two") == "one two");
        CHECK(found(in_lines(file, line_break), "two") == "two");
      }
    }
  }

  TEST_CASE("text of several lines begins and ends where it is written") {
    for (const char* line_break : {"\n", "\r\n"}) {
      const auto in = [&](const std::string& file, const std::string& part) {
        return found(in_lines(file, line_break), part);
      };
      CHECK(in("a: |\n  one\n    two\n\n  three\n", "two\n\nthree") == in_lines("two\n\n  three", line_break));
      CHECK(in("a: >\n  one\n  two\n\n  three\n", "one two\nthree") == in_lines("one\n  two\n\n  three", line_break));
      CHECK(in("a: >\n  one\n    more\n  three\n", "more\nthree") == in_lines("more\n  three", line_break));
      CHECK(in("a: one\n  two", "one two") == in_lines("one\n  two", line_break));
      CHECK(in("a: 'one\n  two'", "two") == "two");
      CHECK(in("a: \"one  \n\n  two\"", "two") == "two");
    }
    CHECK(found("a: \"one\\\n  two\"", "two") == "two");
    CHECK(found("a: \"one\\n\\\n  \\  two\"", "two") == "two");
  }

  TEST_CASE("an escape and what it stands for are one thing") {
    CHECK(found("a: 'it''s one'", "one") == "one");
    CHECK(found("a: 'it''s one'", "it's") == "it''s");
    CHECK(found("a: 'it''s one'", "'s") == "''s");
    CHECK(found(R"(a: "{\n \"one\": \"two\"}")", "\"two\"") == R"(\"two\")");
    CHECK(found(R"({"a": "{\r\n\t\"one\\/\": \/\"two\"}"})", "\"two\"") == R"(\"two\")");
    CHECK(found(R"({"a": "\u00e4\ud83d\ude00 one"})", "one") == "one");
    CHECK(found(R"({"a": "\u00e4\ud83d\ude00 one"})", "\xF0\x9F\x98\x80") == R"(\ud83d\ude00)");
    CHECK(found(R"(a: "\x41\u00E4\U0001F600\L\P\e\0\a one")", "one") == "one");
    CHECK(found("a: \"\xC3\xA4 \\\"one\"", "one") == "one");
    CHECK(found("a: \"one\n\\n\\n\\n two\"", "two") == "two");
  }

  TEST_CASE("what Fn::Sub takes away") {
    const Document document = parse({"t.yaml", "a: !Sub 'one ${!Two} three'"});
    const NodeId value = value_of(document, document.root(), "a");
    const TextInString places(document, value, "one ${Two} three");
    REQUIRE(places.is_exact());
    CHECK(document.source[places.place({11, 16})] == "three");
    CHECK(document.source[places.place({6, 9})] == "Two");
  }

  TEST_CASE("text that is not the one of the bytes has one place") {
    const Document document = parse({"t.yaml", "a: !Sub 'one ${Two} three'"});
    const NodeId value = value_of(document, document.root(), "a");
    const TextInString places(document, value, "one 2 three");
    CHECK_FALSE(places.is_exact());
    CHECK(places.place({0, 3}) == document[value].span);
  }

  TEST_CASE("places at the end, and of nothing") {
    const Document document = parse({"t.yaml", "a: |\n  one\n"});
    const TextInString places(document, value_of(document, document.root(), "a"));
    CHECK(places.place({3, 3}) == Span{10, 10});
    CHECK(places.place({4, 4}) == Span{11, 11});
    CHECK(places.place({9, 9}) == Span{11, 11});
    const Document empty = parse({"t.yaml", "a: ''"});
    const NodeId value = value_of(empty, empty.root(), "a");
    CHECK(TextInString(empty, value).place({0, 0}) == empty[value].span);
    const Document no_lines = parse({"t.yaml", "a: |"});
    CHECK(TextInString(no_lines, value_of(no_lines, no_lines.root(), "a")).place({0, 0}).begin == 3);
  }
}

}  // namespace codesign
