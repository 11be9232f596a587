// The two readers behind `parse`. Each fills `document.nodes` or adds to `document.problems`; `document.source` is
// already in place, and its bytes are readable.
#pragma once

#include <optional>

#include "template/document.h"

namespace codesign {

// Why neither reader is given these bytes: too many, not UTF-8, or with NUL or other control characters.
std::optional<Problem> unreadable_bytes(std::string_view bytes);

// What goes beyond the limits of template/parse.h is refused with one of these.
inline constexpr const char* too_deep = "the template is nested more than 500 levels deep";
inline constexpr const char* too_many_nodes = "the template has more than a million values";
inline constexpr const char* too_many_aliased =
    "the template has more than a million values, as its aliases stand for many";
inline constexpr const char* too_much_in_brackets =
    "a list or mapping in brackets has more than a million signs of structure";
inline constexpr const char* too_much_merged = "more than 10000 values are merged into one mapping";
inline constexpr const char* endless = "an alias stands for what it is a part of, so the template has no end";
inline constexpr const char* too_long = "a value is longer than 1 MB; a CloudFormation template has at most 1 MB";

// The same tree either way; abridged takes half of the time (template/abridged_yaml.h).
enum class YamlReading : std::uint8_t { abridged, whole };

void read_yaml(Document& document, YamlReading reading = YamlReading::abridged);
void read_json(Document& document);

// Computes what yaml-cpp does not tell: where each node ends, where its content begins and where values that are not
// written would stand. `begins` holds the byte at which yaml-cpp saw each node. Every scalar is compared with its bytes
// and every byte between scalars must be blank, comment or punctuation; the first disagreement becomes a Problem, so
// that a tree without problems is known to agree with the text.
void measure_yaml(Document& document, const std::vector<std::uint32_t>& begins);

}  // namespace codesign
