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

// Beyond that many pixels of a picture in one of the window, names of functions are too small to be read, and cards
// have signs. page.js knows it, too.
constexpr double far = 2;

struct Layout {
  int width = 0, height = 0;
  double scale = 1;  // so many of its pixels are one of a usual window, where all of it is seen
  double sign_scale =
      1;                // how much larger than life the letters above a card may be: to be read from there, if they can
  int card_header = 0;  // how high they stand
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
// The same text, or its beginning with "…" behind it, and whole words if it has any.
std::string cut(std::string_view text, int width, int font_size, bool is_bold = false);

}  // namespace codesign
