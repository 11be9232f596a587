// Inside the sixth station: how a file, and a place in it, is written, so that what is added looks like its neighbours.
#pragma once

#include <string>
#include <string_view>

#include "template/document.h"

namespace codesign {

// Found once a file.
struct FileStyle {
  bool is_json = false;
  std::string_view line_break = "\n";
  std::string indent_unit = "  ";             // between nested block levels
  bool long_intrinsics = false;               // "Ref: X" where the file never writes "!Ref X"
  bool indented_sequences = true;             // dashes deeper than the key above them
  bool lists_of_intrinsics_in_lines = false;  // "!If" with a line for each of its parts
  bool references_on_one_line = true;         // JSON: {"Ref": "X"}
  bool padded_braces = false;                 // { "Ref": "X" }
  std::string colon = ": ";                   // JSON and flow: between key and value
  char value_quote = 0;                       // the quote around the types of resources: such a file quotes plain words
  char name_quote = 0;                        // the quote behind "!Ref"
  bool plain_colons_in_brackets = false;      // [!Ref AWS::NoValue], which older readers of YAML refuse
};

// One place: keys as its first key.
struct PlaceStyle {
  char key_quote = 0;
  char value_quote = 0;
  std::string unit;            // of indentation, below this place
  bool padded_braces = false;  // { a: b }
};

// Around a scalar; 0 where there is none.
char quote_of(const Node&);

FileStyle file_style(const Document&);

// Inside `collection`, a mapping or a list in block style.
PlaceStyle block_place_style(const Document&, const FileStyle&, NodeId collection);
// The same in flow style.
PlaceStyle flow_place_style(const Document&, const FileStyle&, NodeId collection);

}  // namespace codesign
