// Where everything of a picture stands. Units are CSS pixels; the origin is the top left corner.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "report/picture.h"

namespace codesign {

struct Point {
  int x = 0, y = 0;
};

struct Box {
  int x = 0, y = 0, width = 0, height = 0;

  int right() const { return x + width; }
  int bottom() const { return y + height; }
  int middle() const { return y + height / 2; }
  bool overlaps(const Box& other) const {
    return x < other.right() && other.x < right() && y < other.bottom() && other.y < bottom();
  }
};

// The way of an edge: corners, from its source to its target, with right angles.
struct Route {
  std::vector<Point> corners;
  Point label;  // where the condition begins: its baseline
  int label_width = 0;
};

// Words above a group of boxes.
struct Heading {
  Point at;
  std::string text;
  std::optional<Signing> state;
};

struct Layout {
  int width = 0, height = 0;
  std::vector<Box> boxes;     // of each node; those of a stack lie inside its own, all others are disjoint
  std::vector<Route> routes;  // of each edge
  std::vector<Heading> headings;
  std::optional<Box> outside;  // around what stands outside of all templates
};

Layout lay_out_picture(const Picture& picture);

// How wide a text is at most, in the widest of the fonts that browsers take for system-ui.
int text_width(std::string_view text, int font_size, bool is_bold = false);
// The same text, or its beginning and end with "…" between them, no wider than `width`.
std::string shortened(std::string_view text, int width, int font_size, bool is_bold = false);
// The same text, or its end with "…" before it.
std::string end_of(std::string_view text, int width, int font_size, bool is_bold = false);
// The same text, or its beginning with "…" behind it.
std::string cut(std::string_view text, int width, int font_size);

}  // namespace codesign
