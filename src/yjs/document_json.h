// Types as JSON. Depth is limited where types are opened, that of values where they are decoded.
#pragma once

#include <string>

#include "yjs/document_parts.h"

namespace homeroom::yjs {

void append_list_json(const DocumentParts& parts, const Type& type, std::string& json);
void append_map_json(const DocumentParts& parts, const Type& type, std::string& json);

}  // namespace homeroom::yjs
