// A document as its readers see it: to export it, to search it, to say who wrote what. Made from an
// update in one go and never changed; relaying, merging and keeping updates do without it.
// Not thread-safe while it is loaded; then for any thread. Takes about 130 bytes a piece.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "yjs/document_parts.h"
#include "yjs/update.h"

namespace homeroom::yjs {

// A stretch of a text that one client wrote without a break.
struct AuthoredText {
    std::size_t begin = 0;   // in UTF-16 code units of the text
    std::size_t length = 0;  // the same
    Id first{};              // whose; the units are counted from here
};

class Document {
public:
    // The update is a whole document: what `merge` or `compact` make. Its bytes must outlive the
    // document; the update itself need not. Errors: too_large.
    static Result<Document> load(const Update& update);

    // Names that hold something, sorted. What kind of type a root is, the update does not say.
    std::vector<std::string_view> roots() const;

    // Visible text: a Y.Text's, or all that is within an XML tree, a line for each element. What is
    // no text (embeds, formats) is left out. Empty for a root that is not there.
    std::string text(std::string_view root) const;
    std::vector<AuthoredText> authors(std::string_view root) const;

    // A root as Y.Array or Y.Map, as JSON.stringify writes what toJSON() gives; keys are sorted. A
    // sub-document is {"document":guid}, XML a fragment's list of children,
    // {"element","attributes", "children"} and strings; bytes are base64.
    std::string list_json(std::string_view root) const;
    std::string map_json(std::string_view root) const;

    // Pieces that wait for what is not here. They are not in anything above.
    std::size_t waiting() const;

private:
    explicit Document(DocumentParts parts) : parts_(std::move(parts)) {}

    DocumentParts parts_;
};

}  // namespace homeroom::yjs
