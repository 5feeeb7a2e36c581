#include "yjs/document_text.h"

namespace homeroom::yjs {
namespace {

constexpr std::string_view line_end = "\n";

void end_line(std::vector<TextRun>& runs) {
    // Elements within elements end one line together.
    const bool has_ended = runs.empty() || runs.back().piece == nullptr;
    if (!has_ended) runs.push_back({.span = {line_end}});
}

void collect(const DocumentParts& parts, const Type& type, std::vector<TextRun>& runs) {
    for (Index i = parts.sequences[type.list].first; i != no_index; i = parts.pieces[i].right) {
        const Piece& piece = parts.pieces[i];
        if (piece.is_deleted) continue;
        if (piece.kind == Kind::string) {
            runs.push_back({piece.span(), &piece});
        } else if (piece.kind == Kind::type) {
            const Type& child = parts.types[piece.type];
            collect(parts, child, runs);
            if (child.kind == TypeKind::xml_element) end_line(runs);
        }
    }
}

bool continues(const AuthoredText& author, const Piece& piece, std::size_t begin) {
    return author.begin + author.length == begin && author.first.client == piece.id.client &&
           author.first.clock + author.length == piece.id.clock;
}

}  // namespace

std::vector<TextRun> visible_text(const DocumentParts& parts, const Type& type) {
    std::vector<TextRun> runs;
    collect(parts, type, runs);
    return runs;
}

void append_run(std::string& text, const TextRun& run) {
    if (run.span.half_before) text += replacement_character;
    text += run.span.text;
    if (run.span.half_behind) text += replacement_character;
}

std::vector<AuthoredText> authors_of(const std::vector<TextRun>& runs) {
    std::vector<AuthoredText> authors;
    std::size_t begin = 0;
    for (const TextRun& run : runs) {
        const std::size_t length = run.span.units();
        if (run.piece != nullptr) {
            if (!authors.empty() && continues(authors.back(), *run.piece, begin)) {
                authors.back().length += length;
            } else {
                authors.push_back({begin, length, run.piece->id});
            }
        }
        begin += length;
    }
    return authors;
}

}  // namespace homeroom::yjs
