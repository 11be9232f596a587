// The graph as it is drawn: what is in the picture, and nothing about where it stands or how it is written.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "report/result.h"

namespace codesign {

struct Picture {
  using Index = std::size_t;  // of `nodes`

  enum class Kind : std::uint8_t { stack, function, layer, config, profile, publisher, nested_stack, stack_set };

  // What becomes of unsigned code in some deployments; of a config, by its policy.
  struct State {
    Signing state = Signing::unknown;
    std::string config;  // its name; empty where there is none
    std::string when;    // one such deployment, "Stage=prod and Region=eu-west-1"; empty: always
    std::string reason;  // for `unknown`: a clause about the function
  };

  struct Remark {
    Severity severity = Severity::note;
    std::string_view rule;
    std::string message;
    std::size_t line = 0;
  };

  struct Node {
    Kind kind = Kind::stack;
    std::string name;       // of a stack, the path of its template
    std::string detail;     // of a nested stack's template, which stack it is; else what else there is to say, in a few
                            // words; may be empty
    std::string full_name;  // where `name` is a part of it: an ARN
    std::optional<Index> stack;  // that holds it; none for stacks, and for what stands outside of all templates
    std::size_t line = 0;        // 0 where it is not written as a resource
    bool is_elsewhere = false;   // something names it, and no template of the run defines it
    std::vector<State> states;   // of functions and configs: at least one
    Signing worst = Signing::unknown;
    bool is_mixed = false;  // the states differ between deployments
    std::vector<Remark> remarks;
    bool is_unreadable = false;  // of a stack: its template, which may hold anything
    std::vector<std::string>
        hidden;  // of a stack: what may hold functions that it does not show, or why it is not read

    bool has_state() const { return !states.empty(); }
  };

  // `from` names, uses or trusts `to`.
  struct Edge {
    Index from = 0, to = 0;
    std::string condition;  // as State::when
  };

  struct Totals {
    std::array<std::size_t, 5> functions{};  // in all stacks, by their worst state, as Signing
    std::size_t mixed = 0;                   // of them
    std::array<std::size_t, 4> findings{};   // by Severity
    std::size_t stacks = 0, templates = 0, unreadable = 0;

    std::size_t all_functions() const;
    std::size_t all_findings() const;
    std::size_t in(Signing state) const { return functions[static_cast<std::size_t>(state)]; }
    // There are functions, each is enforced, and nothing is left that may hold others.
    bool is_all_enforced() const;
  };

  std::vector<Node> nodes;  // a stack stands before what it holds
  std::vector<Edge> edges;  // in the order of `from`, then `to`; each pair once
  Totals totals;
};

// A template is drawn once for each stack that it is deployed as. Files that are no templates are left out; those that
// cannot be read are stacks without content.
Picture picture_of(const std::vector<FileResult>& files);

// For each node, what it holds: nothing for all but stacks.
std::vector<std::vector<Picture::Index>> held_by(const Picture& picture);

// From the worst to the best.
constexpr std::array<Signing, 5> states_by_urgency{Signing::none, Signing::warns, Signing::unknown,
                                                   Signing::unsupported, Signing::enforced};
std::size_t urgency_of(Signing state);  // 0: the worst
// "unsigned", "only warns", "unknown", "container image", "enforced"
std::string_view words_of(Signing state);
std::string_view name_of(Picture::Kind kind);  // "nested stack"

// "unsigned when Stage=dev"
std::string state_in_words(const Picture::State& state);
// "unsigned when Stage=dev; enforced when Stage=prod": every state of a node.
std::string states_in_words(const Picture::Node& node);

// What a reader must know first: "23 of 300 functions unsigned; 2 templates cannot be read".
std::string headline_of(const Picture::Totals& totals);

// "5 unsigned of 80 functions", for each stack; of one that cannot be read, that.
std::vector<std::string> stack_summaries(const Picture& picture);

// "5 templates", or "7 stacks of 5 templates"
std::string stacks_in_words(const Picture::Totals& totals);

// What is written into the box of a node: its name, and a line for each state, or its kind and what may be hidden.
std::vector<std::string> lines_of(const Picture::Node& node);

// What a picture is drawn as. Text from templates is never markup in any of them.
std::string dot_of_picture(const Picture& picture);      // for Graphviz
std::string mermaid_of_picture(const Picture& picture);  // a flowchart
enum class Headline { above, elsewhere };
// With its own styles, for light and dark. A page says elsewhere what the headline does.
std::string svg_of_picture(const Picture& picture, Headline headline = Headline::above);
std::string html_of_picture(const Picture& picture);  // one page that needs nothing else

}  // namespace codesign
