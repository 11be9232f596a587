// Inside the sixth station: a value as text, in the style of its file. A text of several lines carries `margin` on
// every line but its first.
#pragma once

#include <string>
#include <string_view>

#include "transform/file_style.h"
#include "transform/plan.h"

namespace codesign {

class Writer {
 public:
  explicit Writer(const FileStyle& style) : style_(style) {}

  // "Key: value" in block style.
  std::string block_pair(std::string_view key, const Content& value, const std::string& margin,
                         const PlaceStyle& place) const;
  // "- value" in block style.
  std::string block_item(const Content& value, const std::string& margin, const PlaceStyle& place) const;
  // In flow style and in JSON; `lines`: with a line for each member.
  std::string flow_pair(std::string_view key, const Content& value, const std::string& margin, const PlaceStyle& place,
                        bool lines) const;
  std::string flow_value(const Content& value, const std::string& margin, const PlaceStyle& place, bool lines) const;
  // A value on one line behind "Key: " or "- ", or in the place of a mapping in block style.
  std::string on_one_line(const Content& value, const PlaceStyle& place) const;

 private:
  std::string block_value(const Content& value, const std::string& margin, const PlaceStyle& place) const;
  std::string block_intrinsic(const Content& value, const std::string& margin, const PlaceStyle& place) const;
  std::string flow_intrinsic(const Content& value, const std::string& margin, const PlaceStyle& place,
                             bool lines) const;
  std::string flow_collection(char open, char close, const std::vector<std::string>& parts, const std::string& margin,
                              const PlaceStyle& place, bool lines) const;

  const FileStyle& style_;
};

// `text` between quotes of that kind.
std::string quoted(std::string_view text, char quote);

}  // namespace codesign
