#include "report/layout.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <unordered_map>

#include <fmt/core.h>

namespace codesign {
namespace {

using Index = Picture::Index;
using Kind = Picture::Kind;

constexpr int margin = 24;
constexpr int card_padding = 18;
constexpr int card_header = 46, tallest_card_header = 280;
constexpr int sign_height = 29, narrowest_sign = 92;  // where letters are as large as life
constexpr int widest_note = 460;
constexpr double window_width = 720, window_height = 640;  // what a page has for the picture on a usual screen
constexpr int note_height = 18;
constexpr int passage = 20;  // a free lane across the top of a card's body
constexpr int card_gap = 28;
constexpr int cell_width = 232, cell_height = 44;
constexpr int column_gap = 14;
constexpr int row_gap = 12;
constexpr int label_height = 15;
constexpr int most_labels = 3;
constexpr int heading_height = 24;
constexpr int box_width = 220, box_height = 46, box_gap = 14;
constexpr int lane_pitch = 6, most_lanes = 8;

// A vertical way beside a column. Edges to the same target share a lane.
class Channel {
 public:
  void use(Index target) { lanes_.try_emplace(target, static_cast<int>(lanes_.size()) % most_lanes); }
  int width() const {
    return lanes_.empty() ? 0 : 20 + lane_pitch * std::min(static_cast<int>(lanes_.size()), most_lanes);
  }
  void place(int left) { left_ = left; }
  int x(Index target) const { return left_ + 10 + lane_pitch * lanes_.at(target); }

 private:
  std::map<Index, int> lanes_;
  int left_ = 0;
};

// A column of a card: boxes one above the other, or the cells of functions in `across` columns.
struct Column {
  std::vector<Index> nodes;
  int across = 1;
  Channel before, after;  // after: only where nothing follows it, or edges leave it there
  int left = 0;

  bool is_grid = false;
  int width() const {
    return nodes.empty() ? 0 : is_grid ? across * cell_width + (across - 1) * column_gap : box_width;
  }
};

enum Place : std::size_t { layers, functions, configs, profiles, places };

struct Card {
  std::optional<Index> stack;  // none: what stands outside
  std::vector<Column> columns;
  int notes = 0, note_width = 0;
  int header = card_header;
  Box box;
  std::size_t in_column = 0;  // of the picture

  int body() const { return box.y + header + notes * note_height + passage; }
  int passage_y() const { return body() - passage / 2; }
  bool is_empty() const {
    return std::all_of(columns.begin(), columns.end(), [](const Column& one) { return one.nodes.empty(); });
  }
};

// Where a node stands, as columns go.
struct Seat {
  std::size_t card = 0, column = 0;
  int row_bottom = 0;      // where the gap below its row begins
  int gap_bottom = 0;      // and ends
  bool is_first = true;    // nothing of its row stands left of it
  bool is_last = true;     // or right of it
  std::size_t labels = 0;  // of its conditional edges, so far
};

// Cells are about four times as wide as they are high, and a card has other columns beside them.
int across_for(std::size_t count) {
  return std::max(1, static_cast<int>(std::sqrt(static_cast<double>(count) / 5)));
}

class Draughtsman {
 public:
  explicit Draughtsman(const Picture& picture) : picture_(picture) {
    layout_.card_header = card_header;
    layout_.boxes.resize(picture.nodes.size());
    layout_.routes.resize(picture.edges.size());
    seats_.resize(picture.nodes.size());
    labels_.resize(picture.nodes.size());
  }

  Layout draw() {
    deal_cards();
    count_labels();
    for (std::size_t edge = 0; edge < picture_.edges.size(); ++edge) reserve(picture_.edges[edge]);
    // Higher headers make a larger picture, which needs larger letters.
    for (int round = 0; round < 3; ++round) {
      for (Card& card : cards_) measure(card);
      place_cards();
      layout_.scale = std::max({1.0, layout_.width / window_width, layout_.height / window_height});
      if (round < 2) layout_.card_header = header_for(layout_.scale);
    }
    layout_.sign_scale = sign_scale_for(layout_.card_header);
    for (std::size_t card = 0; card < cards_.size(); ++card) fill(card);
    for (std::size_t edge = 0; edge < picture_.edges.size(); ++edge) route(edge);
    return std::move(layout_);
  }

 private:
  const Picture::Node& node(Index index) const { return picture_.nodes[index]; }
  Seat& seat(Index index) { return seats_[index]; }
  Card& card_of(Index index) { return cards_[seats_[index].card]; }

  // --- what belongs to which card and column

  static Place place_of(Kind kind) {
    switch (kind) {
      case Kind::layer: return layers;
      case Kind::function: return functions;
      case Kind::profile:
      case Kind::publisher: return profiles;
      default: return configs;
    }
  }

  void deal_cards() {
    std::unordered_map<Index, std::size_t> card_of_stack;
    std::vector<Index> outside;
    for (Index index = 0; index < picture_.nodes.size(); ++index) {
      const Picture::Node& one = node(index);
      if (one.kind == Kind::stack) {
        card_of_stack.emplace(index, cards_.size());
        seat(index).card = cards_.size();
        Card& card = cards_.emplace_back();
        card.stack = index;
        card.columns.resize(places);
        card.columns[functions].is_grid = true;
        card.notes = static_cast<int>(std::min<std::size_t>(one.hidden.size(), 2));
        for (const std::string& note : one.hidden)
          card.note_width =
              std::max(card.note_width, std::min(text_width(note, 11) + 2 * card_padding + 20, widest_note));
      } else if (one.stack) {
        seat(index).card = card_of_stack.at(*one.stack);
        seat(index).column = place_of(one.kind);
        card_of(index).columns[seat(index).column].nodes.push_back(index);
      } else {
        outside.push_back(index);
      }
    }
    for (Card& card : cards_) {
      Column& grid = card.columns[functions];
      grid.across = across_for(grid.nodes.size());
      std::stable_sort(grid.nodes.begin(), grid.nodes.end(),
                       [&](Index a, Index b) { return urgency_of(node(a).worst) < urgency_of(node(b).worst); });
    }
    if (!outside.empty()) deal_outside(outside);
  }

  // Outside of all templates: as many columns as keep it about as high as it is wide.
  void deal_outside(std::vector<Index>& outside) {
    std::stable_sort(outside.begin(), outside.end(),
                     [&](Index a, Index b) { return place_of(node(a).kind) > place_of(node(b).kind); });
    const auto rows = std::max<std::size_t>(
        12, static_cast<std::size_t>(std::sqrt(static_cast<double>(outside.size()) * box_width / box_height)) + 1);
    Card& card = cards_.emplace_back();
    card.columns.resize((outside.size() + rows - 1) / rows);
    for (std::size_t i = 0; i < outside.size(); ++i) {
      seat(outside[i]) = {.card = cards_.size() - 1, .column = i / rows};
      card.columns[i / rows].nodes.push_back(outside[i]);
    }
  }

  void count_labels() {
    for (const Picture::Edge& edge : picture_.edges)
      if (!edge.condition.empty() && node(edge.from).kind == Kind::function)
        labels_[edge.from] = std::min(labels_[edge.from] + 1, most_labels);
  }

  // --- which ways an edge takes

  bool is_local(const Picture::Edge& edge) { return seat(edge.from).card == seat(edge.to).card; }
  // Of a card's columns, the one whose near side an edge from elsewhere comes to.
  bool comes_from_the_right(Index target) const { return seats_[target].column == layers && node(target).stack; }

  Channel& channel_of_exit(Index from, Index to, bool local) {
    Card& card = card_of(from);
    const std::size_t column = seat(from).column;
    if (local && seat(to).column < column) return card.columns[column].before;
    return card.columns[column].after;
  }
  Channel& channel_of_entry(Index to) {
    Column& column = card_of(to).columns[seat(to).column];
    return comes_from_the_right(to) ? column.after : column.before;
  }

  void reserve(const Picture::Edge& edge) {
    const bool local = is_local(edge);
    channel_of_exit(edge.from, edge.to, local).use(edge.to);
    if (!local && node(edge.to).kind != Kind::stack) channel_of_entry(edge.to).use(edge.to);
    if (local && is_far(edge)) channel_of_entry(edge.to).use(edge.to);
  }

  // Something stands between the two columns.
  bool is_far(const Picture::Edge& edge) {
    const std::size_t from = seat(edge.from).column, to = seat(edge.to).column;
    const auto& columns = card_of(edge.from).columns;
    for (std::size_t between = std::min(from, to) + 1; between < std::max(from, to); ++between)
      if (!columns[between].nodes.empty()) return true;
    return from == to;
  }

  // --- sizes

  static double sign_scale_for(int header) { return (header + passage) / static_cast<double>(sign_height); }
  static int header_for(double scale) {
    return std::clamp(static_cast<int>(scale * sign_height) - passage, card_header, tallest_card_header);
  }

  void measure(Card& card) {
    card.header = layout_.card_header;
    int width = card_padding, height = 0;
    for (Column& column : card.columns) {
      if (column.nodes.empty()) continue;
      width += column.before.width();
      if (column.before.width() == 0 && width > card_padding) width += column_gap;
      width += column.width() + column.after.width();
      height = std::max(height, height_of(column));
    }
    card.box.width = std::max(
        {width + card_padding, card.note_width, 260, static_cast<int>(narrowest_sign * sign_scale_for(card.header))});
    card.box.height = card.header + card.notes * note_height + (card.is_empty() ? 0 : passage + height + card_padding);
  }

  int height_of(const Column& column) const {
    if (!column.is_grid) return static_cast<int>(column.nodes.size()) * (box_height + box_gap);
    int height = 0;
    for_each_row(column, [&](std::size_t, std::size_t, bool is_new_group, int labels) {
      height += (is_new_group ? heading_height : 0) + cell_height + row_gap + labels * label_height;
    });
    return height;
  }

  // visit(first, end, is_new_group, labels): the cells of a row, all in one state.
  template <typename Visit>
  void for_each_row(const Column& column, Visit visit) const {
    const auto& nodes = column.nodes;
    const auto across = static_cast<std::size_t>(column.across);
    for (std::size_t begin = 0; begin < nodes.size();) {
      std::size_t end = begin;
      int most = 0;
      for (; end < nodes.size() && end < begin + across && node(nodes[end]).worst == node(nodes[begin]).worst; ++end)
        most = std::max(most, labels_[nodes[end]]);
      visit(begin, end, begin == 0 || node(nodes[begin]).worst != node(nodes[begin - 1]).worst, most);
      begin = end;
    }
  }

  // --- places

  using Columns = std::vector<std::vector<std::size_t>>;  // of cards

  // The largest cards first, in columns of about the same height; what has no content comes last.
  void place_cards() {
    std::vector<std::size_t> order;
    for (std::size_t card = 0; card < cards_.size(); ++card)
      if (cards_[card].stack) order.push_back(card);
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return size_class(a) > size_class(b); });
    const Columns columns = best_columns(order);
    bus_ = {};
    gutters_.clear();
    gutters_.resize(columns.size());
    for (std::size_t column = 0; column < columns.size(); ++column)
      for (const std::size_t card : columns[column]) cards_[card].in_column = column;
    for (const Picture::Edge& edge : picture_.edges) reserve_gutters(edge);
    place_columns(columns);
  }

  int size_class(std::size_t card) const {
    const Card& one = cards_[card];
    return one.is_empty() ? 0 : one.columns[functions].across;
  }

  // Of columns of several heights, those that fill a window best.
  Columns best_columns(const std::vector<std::size_t>& order) const {
    constexpr double window = 1.2;  // its width by its height
    int tallest = card_header, all = 0;
    for (const std::size_t card : order) {
      tallest = std::max(tallest, cards_[card].box.height);
      all += cards_[card].box.height + card_gap;
    }
    Columns best;
    double least = 0;
    for (double limit = tallest; best.empty() || limit < all * 1.1; limit *= 1.1) {
      Columns columns = columns_within(order, static_cast<int>(limit));
      double width = 0, height = 0;
      for (const auto& column : columns) {
        int widest = 0, sum = 0;
        for (const std::size_t card : column) {
          widest = std::max(widest, cards_[card].box.width);
          sum += cards_[card].box.height + card_gap;
        }
        width += widest + card_gap;
        height = std::max<double>(height, sum);
      }
      const double size = std::max(width / window, height);
      if (!best.empty() && size >= least) continue;
      least = size;
      best = std::move(columns);
      if (best.empty()) break;
    }
    return best;
  }

  Columns columns_within(const std::vector<std::size_t>& order, int limit) const {
    Columns columns;
    int filled = 0;
    for (const std::size_t card : order) {
      const int height = cards_[card].box.height + card_gap;
      if (columns.empty() || filled + height > limit + card_gap) {
        columns.emplace_back();
        filled = 0;
      }
      columns.back().push_back(card);
      filled += height;
    }
    if (!cards_.empty() && !cards_.back().stack) columns.push_back({cards_.size() - 1});
    return columns;
  }

  // The gutter on whose side a card is entered: its own, or, for what stands outside, the one before it.
  std::size_t gutter_of_entry(const Card& card) const {
    return card.stack || card.in_column == 0 ? card.in_column : card.in_column - 1;
  }

  void reserve_gutters(const Picture::Edge& edge) {
    if (is_local(edge)) return;
    const std::size_t from = card_of(edge.from).in_column, to = gutter_of_entry(card_of(edge.to));
    gutters_[from].use(edge.to);
    gutters_[to].use(edge.to);
    if (from != to) bus_.use(edge.to);
  }

  void place_columns(const std::vector<std::vector<std::size_t>>& columns) {
    const int top = margin + bus_.width();
    bus_.place(margin - 10);
    int left = margin, bottom = top;
    for (std::size_t column = 0; column < columns.size(); ++column) {
      int width = 0, y = top;
      for (const std::size_t card : columns[column]) width = std::max(width, cards_[card].box.width);
      for (const std::size_t card : columns[column]) {
        Box& box = cards_[card].box;
        const bool is_nearly_as_wide = box.width * 5 > width * 4;
        box = {left, y, is_nearly_as_wide ? width : box.width, box.height};
        y += box.height + card_gap;
      }
      bottom = std::max(bottom, y - card_gap);
      gutters_[column].place(left + width);
      left += width + std::max(card_gap, gutters_[column].width());
    }
    layout_.width = left - card_gap + margin;
    layout_.height = bottom + margin;
  }

  void fill(std::size_t index) {
    Card& card = cards_[index];
    if (card.stack)
      layout_.boxes[*card.stack] = card.box;
    else
      layout_.outside = card.box;
    int left = card.box.x + card_padding;
    bool is_first = true;
    for (Column& column : card.columns) {
      if (column.nodes.empty()) continue;
      column.before.place(left);
      left += column.before.width();
      if (column.before.width() == 0 && !is_first) left += column_gap;
      is_first = false;
      column.left = left;
      left += column.width();
      column.after.place(left);
      left += column.after.width();
      if (column.is_grid)
        fill_grid(column, card.body());
      else
        fill_column(column, card.body());
    }
  }

  void fill_column(const Column& column, int y) {
    for (const Index index : column.nodes) {
      layout_.boxes[index] = {column.left, y, box_width, box_height};
      seat(index).row_bottom = y + box_height;
      seat(index).gap_bottom = y + box_height + box_gap;
      y += box_height + box_gap;
    }
  }

  void fill_grid(const Column& column, int y) {
    for_each_row(column, [&](std::size_t begin, std::size_t end, bool is_new_group, int labels) {
      if (is_new_group) {
        const Signing state = node(column.nodes[begin]).worst;
        const auto count = std::count_if(column.nodes.begin(), column.nodes.end(),
                                         [&](Index one) { return node(one).worst == state; });
        layout_.headings.push_back({{column.left, y + 14}, fmt::format("{} {}", count, words_of(state)), state});
        y += heading_height;
      }
      for (std::size_t at = begin; at < end; ++at) {
        const Index index = column.nodes[at];
        const int x = column.left + static_cast<int>(at - begin) * (cell_width + column_gap);
        layout_.boxes[index] = {x, y, cell_width, cell_height};
        Seat& one = seat(index);
        one.row_bottom = y + cell_height;
        one.gap_bottom = one.row_bottom + row_gap + labels * label_height;
        one.is_first = at == begin;
        one.is_last = at + 1 == end;
      }
      y += cell_height + row_gap + labels * label_height;
    });
  }

  // --- ways

  // Out of the box, to the channel at x.
  void leave(const Picture::Edge& edge, int x, Route& route) {
    const Box& box = layout_.boxes[edge.from];
    Seat& from = seat(edge.from);
    const bool to_the_left = x < box.x;
    const bool is_labelled = !edge.condition.empty() && node(edge.from).kind == Kind::function;
    if (!is_labelled && (to_the_left ? from.is_first : from.is_last)) {
      route.corners = {{to_the_left ? box.x : box.right(), box.middle()}, {x, box.middle()}};
      return;
    }
    int y = from.gap_bottom - row_gap / 2;
    int out = to_the_left ? box.x + 12 : box.right() - 12;
    if (is_labelled && from.labels < most_labels) {
      ++from.labels;
      y = from.row_bottom + static_cast<int>(from.labels) * label_height + 1;
      out = box.x + 8 + static_cast<int>(from.labels - 1) * 5;
      route.label = {out + 7, y - 4};
      route.label_width = box.right() - out - 7;
    }
    route.corners = {{out, box.bottom()}, {out, y}, {x, y}};
  }

  void go(Route& route, Point to) { route.corners.push_back(to); }

  // From the passage of the target's card into the target.
  void enter(Index target, int passage_y, Route& route) {
    const Box& box = layout_.boxes[target];
    const int x = channel_of_entry(target).x(target);
    go(route, {x, passage_y});
    go(route, {x, box.middle()});
    go(route, {comes_from_the_right(target) ? box.right() : box.x, box.middle()});
  }

  void route(std::size_t index) {
    const Picture::Edge& edge = picture_.edges[index];
    Route& route = layout_.routes[index];
    const bool local = is_local(edge);
    const int x = channel_of_exit(edge.from, edge.to, local).x(edge.to);
    leave(edge, x, route);
    const int passage_y = card_of(edge.from).passage_y();
    if (local && !is_far(edge)) {
      const Box& box = layout_.boxes[edge.to];
      go(route, {x, box.middle()});
      go(route, {x < box.x ? box.x : box.right(), box.middle()});
    } else if (local) {
      go(route, {x, passage_y});
      enter(edge.to, passage_y, route);
    } else {
      go(route, {x, passage_y});
      route_between(edge, passage_y, route);
    }
  }

  void route_between(const Picture::Edge& edge, int passage_y, Route& route) {
    const Card& target = card_of(edge.to);
    const std::size_t from = card_of(edge.from).in_column, to = gutter_of_entry(target);
    int x = gutters_[from].x(edge.to);
    go(route, {x, passage_y});
    if (from != to) {
      go(route, {x, bus_.x(edge.to)});
      x = gutters_[to].x(edge.to);
      go(route, {x, bus_.x(edge.to)});
    }
    if (node(edge.to).kind == Kind::stack) {
      const int y = target.box.y + target.header / 2;
      go(route, {x, y});
      go(route, {target.box.right(), y});
      return;
    }
    go(route, {x, target.passage_y()});
    enter(edge.to, target.passage_y(), route);
  }

  const Picture& picture_;
  Layout layout_;
  std::vector<Card> cards_;
  std::vector<Seat> seats_;       // of each node
  std::vector<int> labels_;       // of each node
  std::vector<Channel> gutters_;  // right of each column of the picture
  Channel bus_;                   // above all: its "x" is a height
};

}  // namespace

Layout lay_out_picture(const Picture& picture) {
  return Draughtsman(picture).draw();
}

namespace {

std::size_t character_length(char first) {
  const auto byte = static_cast<unsigned char>(first);
  return byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

// In thousandths of the font size. DejaVu Sans, the widest of the usual ones.
int character_width(std::string_view character) {
  const char c = character.front();
  if (character.size() > 1) return character.size() == 2 ? 780 : 1050;
  if (std::string_view("il'j|I").find(c) != std::string_view::npos) return 310;
  if (std::string_view(" .,:;/\\!-()[]ft").find(c) != std::string_view::npos) return 395;
  if (std::string_view("mwMWQ@%=+<>~#").find(c) != std::string_view::npos) return 990;
  return c >= 'A' && c <= 'Z' ? 730 : 640;
}

std::vector<std::string_view> characters_of(std::string_view text) {
  std::vector<std::string_view> characters;
  while (!text.empty()) {
    characters.push_back(text.substr(0, character_length(text.front())));
    text.remove_prefix(characters.back().size());
  }
  return characters;
}

}  // namespace

int text_width(std::string_view text, int font_size, bool is_bold) {
  int width = 0;
  for (const std::string_view character : characters_of(text)) width += character_width(character);
  return width * font_size * (is_bold ? 110 : 100) / 100'000 + 1;
}

namespace {

constexpr std::string_view ellipsis = "\xE2\x80\xA6";

// `share` of what stays is of the beginning, in fifths.
std::string without_middle(std::string_view text, int width, int font_size, bool is_bold, std::size_t share) {
  if (text_width(text, font_size, is_bold) <= width) return std::string(text);
  const std::vector<std::string_view> characters = characters_of(text);
  const int room = (width - 1) * 100'000 / (font_size * (is_bold ? 110 : 100)) - character_width(ellipsis);
  int taken = 0;
  std::size_t front = 0, back = 0;  // so many of each end stay
  while (front + back < characters.size()) {
    const bool at_front = share > 0 && front * 5 <= (front + back) * share;
    const std::string_view next = at_front ? characters[front] : characters[characters.size() - 1 - back];
    taken += character_width(next);
    if (taken > room) break;
    ++(at_front ? front : back);
  }
  std::string result;
  for (std::size_t i = 0; i < front; ++i) result += characters[i];
  result += ellipsis;
  for (std::size_t i = characters.size() - back; i < characters.size(); ++i) result += characters[i];
  return result;
}

}  // namespace

std::string shortened(std::string_view text, int width, int font_size, bool is_bold) {
  return without_middle(text, width, font_size, is_bold, 3);
}

std::string end_of(std::string_view text, int width, int font_size, bool is_bold) {
  return without_middle(text, width, font_size, is_bold, 0);
}

std::string cut(std::string_view text, int width, int font_size, bool is_bold) {
  std::string result = without_middle(text, width, font_size, is_bold, 5);
  if (result == text) return result;
  // Words are left whole where enough of them stays: half a value may be read as another.
  const std::size_t kept = result.size() - ellipsis.size();
  const std::size_t blank = text.substr(0, kept).rfind(' ');
  if (blank == std::string_view::npos || blank * 5 < kept * 3) return result;
  return std::string(text.substr(0, blank)) + " " + std::string(ellipsis);
}

}  // namespace codesign
