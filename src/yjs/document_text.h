// The text in a type and in those within it. Depth is limited where types are opened.
#pragma once

#include <string>
#include <vector>

#include "yjs/document.h"
#include "yjs/document_parts.h"

namespace homeroom::yjs {

struct TextRun {
    TextSpan span;
    const Piece* piece = nullptr;  // null: nobody wrote it, it ends an element's line
};

std::vector<TextRun> visible_text(const DocumentParts& parts, const Type& type);
void append_run(std::string& text, const TextRun& run);
std::vector<AuthoredText> authors_of(const std::vector<TextRun>& runs);

}  // namespace homeroom::yjs
