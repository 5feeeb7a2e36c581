// What Socket.IO protocol 4, that of version 2 clients over Engine.IO 3, has otherwise than
// protocol 5 in socketio.h. decode() reads its packets; the other encoders write them.
//
// CONNECT         client: "0" ["/" name ["?" query] ","]    the query is in the namespace's place
//                 server: "0" ["/" name ","]                without a payload; "/" is joined
//                 unasked
// CONNECT_ERROR   "4" ["/" name ","] json                   any JSON, not only an object
#pragma once

#include <string>
#include <string_view>

namespace homeroom::codec::socketio {

struct NamespaceQuery {
    std::string_view name;
    std::string_view query;  // without its "?"; may be empty
};

// Both point into `nsp`. Only a CONNECT has a query.
NamespaceQuery split_query(std::string_view nsp);

// The query as what protocol 5 has as `auth`: a compact JSON object of strings. Of a name that
// comes twice the last counts; what is no UTF-8 becomes U+FFFD; names beyond the first 1000 are
// passed over.
std::string query_to_json(std::string_view query);

std::string encode_connect_v4(std::string_view nsp);

// A refusal: `data_json` where there is one that JavaScript holds to be true, otherwise the message
// as a string. "Invalid namespace" is not said so: that is encode_connect_error(), the same object
// as in protocol 5.
std::string encode_connect_error_v4(std::string_view nsp, std::string_view message,
                                    std::string_view data_json);

}  // namespace homeroom::codec::socketio
