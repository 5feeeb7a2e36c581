#include "codec/permessage_deflate.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <optional>
#include <utility>

#include "codec/deflater.h"

// Input is never written to: this makes zlib say so in its types.
#define ZLIB_CONST
#include <zlib.h>

namespace homeroom::codec::websocket {
namespace {

// --- The offers ----------------------------------------------------------------------------------
//
// offers    := [extension] *( "," [extension] )        RFC 6455 §9.1, and RFC 9110 §5.6.1 for lists
// extension := token *( ";" parameter )
// parameter := token [ "=" ( token | quoted ) ]
// quoted    := '"' 1*( token-character | "\" token-character ) '"'
//
// Spaces and tabs may stand between any two of these parts.

constexpr std::string_view extension_name = "permessage-deflate";
constexpr std::string_view answer =
    "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

enum class Value : std::uint8_t { none, window_bits, window_bits_or_none };

struct Known {
    std::string_view name;
    Value value;
};

// §7.1.1 and §7.1.2: what an offer may hold, each once.
constexpr std::array known_parameters{
    Known{"server_no_context_takeover", Value::none},
    Known{"client_no_context_takeover", Value::none},
    Known{"server_max_window_bits", Value::window_bits},
    Known{"client_max_window_bits", Value::window_bits_or_none},
};

struct Parameter {
    std::string_view name;
    std::optional<std::string> value;
};

class OfferReader {
public:
    explicit OfferReader(std::string_view text) : rest_(text) {}

    bool at_end() {
        skip_space();
        return rest_.empty();
    }

    bool at(char c) {
        skip_space();
        return rest_.starts_with(c);
    }

    bool take(char c) {
        if (!at(c)) return false;
        rest_.remove_prefix(1);
        return true;
    }

    // Empty when there is none.
    std::string_view token() {
        skip_space();
        const auto end = std::ranges::find_if_not(rest_, is_token_character);
        const std::string_view found =
            rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
        rest_.remove_prefix(found.size());
        return found;
    }

    Result<Parameter> parameter() {
        Parameter parameter{.name = token(), .value = std::nullopt};
        if (parameter.name.empty()) return syntax_error();
        if (!take('=')) return parameter;
        parameter.value = at('"') ? quoted() : std::string{token()};
        if (parameter.value->empty()) return syntax_error();
        return parameter;
    }

    static Error syntax_error() {
        return Error{Code::invalid, "Sec-WebSocket-Extensions is no list of extensions"};
    }

private:
    static bool is_token_character(char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
               (c != '\0' && std::string_view{"!#$%&'*+-.^_`|~"}.find(c) != std::string_view::npos);
    }

    void skip_space() {
        while (rest_.starts_with(' ') || rest_.starts_with('\t')) rest_.remove_prefix(1);
    }

    // What stands between the quotes must be a token once the backslashes are gone; empty when not.
    std::string quoted() {
        std::string text;
        for (take('"'); !rest_.empty(); rest_.remove_prefix(1)) {
            if (rest_.front() == '"') {
                rest_.remove_prefix(1);
                return text;
            }
            if (rest_.front() == '\\') rest_.remove_prefix(1);
            if (rest_.empty() || !is_token_character(rest_.front())) break;
            text += rest_.front();
        }
        return {};
    }

    std::string_view rest_;
};

// 8 to 15, without leading zeros (§7.1.2).
std::optional<int> window_bits_of(std::string_view text) {
    if (text == "8" || text == "9") return text.front() - '0';
    if (text.size() == 2 && text[0] == '1' && text[1] >= '0' && text[1] <= '5')
        return 10 + (text[1] - '0');
    return std::nullopt;
}

struct Offer {
    std::array<bool, known_parameters.size()> seen{};
    std::optional<int> server_window_bits{};
};

Status add_parameter(Offer& offer, const Parameter& parameter) {
    const auto fault = [&](std::string_view what) {
        return Error{Code::invalid, "permessage-deflate: " + std::string{what} + " " +
                                        std::string{parameter.name}};
    };
    const auto* known = std::ranges::find(known_parameters, parameter.name, &Known::name);
    if (known == known_parameters.end()) return fault("unknown parameter");
    bool& seen = offer.seen[static_cast<std::size_t>(known - known_parameters.begin())];
    if (std::exchange(seen, true)) return fault("repeated parameter");
    if (!parameter.value) {
        if (known->value == Value::window_bits) return fault("no value for");
        return Ok{};
    }
    const auto bits = window_bits_of(*parameter.value);
    if (known->value == Value::none || !bits) return fault("wrong value for");
    if (known->value == Value::window_bits) offer.server_window_bits = bits;
    return Ok{};
}

// The answer to one offer, nothing when it asks for what we don't do: a message that was compressed
// for all is good for no smaller window. How small a client keeps its own does not matter to us.
std::optional<std::string> answer_to(const Offer& offer) {
    if (!offer.server_window_bits) return std::string{answer};
    if (*offer.server_window_bits < MAX_WBITS) return std::nullopt;
    // §7.1.2.1: who accepts this parameter must repeat it.
    return std::string{answer} + "; server_max_window_bits=" + std::to_string(MAX_WBITS);
}

// --- The messages --------------------------------------------------------------------------------

// The end of the empty block that closes every flush. A sender leaves it out (§7.2.1).
constexpr std::string_view tail{"\x00\x00\xff\xff", 4};

constexpr std::size_t chunk_bytes = 16'384;
// No two bits of DEFLATE stand for more than 258 bytes.
constexpr std::size_t inflation_max = 4UL * 258;

Error broken() {
    return Error{Code::invalid, "the compressed message is broken"};
}

class Inflater {
public:
    Inflater() {
        // It fails for lack of memory only, which ends this program everywhere else, too.
        if (inflateInit2(&zlib_, -MAX_WBITS) != Z_OK) std::abort();
    }
    ~Inflater() { inflateEnd(&zlib_); }
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;

    Result<std::string> inflate_message(std::string_view payload, std::size_t bytes_max) {
        inflateReset(&zlib_);
        within_stream_ = false;
        bytes_max_ = bytes_max;
        bytes_expected_ = std::min(bytes_max, inflation_max * payload.size());
        std::string message;
        TRY_OK(feed(payload, message));
        // Whoever ends with a final block has to put an empty one behind it (§7.2.3.4), and an
        // empty message has a byte, too. Where it was forgotten, nothing is in doubt all the same.
        if (!within_stream_) return message;
        const std::size_t payload_inflated = message.size();
        TRY_OK(feed(tail, message));
        // It can't have ended anything but an empty block, or the payload was cut short.
        if (message.size() != payload_inflated || (within_stream_ && !is_between_blocks()))
            return broken();
        return message;
    }

private:
    Status feed(std::string_view input, std::string& message) {
        zlib_.next_in = reinterpret_cast<const Bytef*>(input.data());
        zlib_.avail_in = static_cast<uInt>(input.size());
        do {
            const uInt unread = zlib_.avail_in;
            zlib_.next_out = reinterpret_cast<Bytef*>(chunk_.data());
            zlib_.avail_out = static_cast<uInt>(chunk_.size());
            const int outcome = inflate(&zlib_, Z_NO_FLUSH);
            const std::string_view inflated{chunk_.data(), chunk_.size() - zlib_.avail_out};
            if (inflated.size() > bytes_max_ - message.size())
                return Error{Code::too_large, "the message is too large once inflated"};
            append(message, inflated);
            if (outcome == Z_STREAM_END) {
                // A final block need not be the message's last (§7.2.3.4). What follows begins at
                // the next byte, as a stream of its own.
                inflateReset(&zlib_);
                within_stream_ = false;
            } else if (outcome == Z_OK) {
                within_stream_ = within_stream_ || zlib_.avail_in != unread;
            } else if (outcome == Z_MEM_ERROR) {
                std::abort();                     // as above
            } else if (outcome != Z_BUF_ERROR) {  // which says only that it could not go on
                return broken();
            }
        } while (zlib_.avail_in > 0 || zlib_.avail_out == 0);
        return Ok{};
    }

    // A message of more than one chunk gets its memory at once: growing step by step would need
    // old and new side by side. The pages that it never uses are never touched.
    void append(std::string& message, std::string_view inflated) const {
        if (!message.empty()) message.reserve(bytes_expected_);
        message += inflated;
    }

    // See inflate() in zlib.h: 128 for the end of a block, the number of unused bits in the last
    // byte.
    bool is_between_blocks() const { return (zlib_.data_type & (128 | 7)) == 128; }

    z_stream zlib_{};
    std::array<char, chunk_bytes> chunk_{};
    std::size_t bytes_max_ = 0;
    std::size_t bytes_expected_ = 0;
    bool within_stream_ = false;
};

}  // namespace

Result<std::string> negotiate_deflate(std::string_view offers) {
    OfferReader reader{offers};
    std::optional<std::string> accepted;
    while (!reader.at_end()) {
        if (reader.take(',')) continue;
        const std::string_view name = reader.token();
        if (name.empty()) return OfferReader::syntax_error();
        const bool ours = name == extension_name;
        Offer offer;
        while (reader.take(';')) {
            TRY(const Parameter parameter, reader.parameter());
            if (ours) TRY_OK(add_parameter(offer, parameter));
        }
        if (!reader.at_end() && !reader.at(',')) return OfferReader::syntax_error();
        if (ours && !accepted) accepted = answer_to(offer);
    }
    return std::move(accepted).value_or("");
}

Result<std::string> inflate_message(std::string_view payload, std::size_t bytes_max) {
    if (payload.size() > std::numeric_limits<uInt>::max())
        return Error{Code::too_large, "the compressed message is too large"};
    // One a thread, for what it allocates: about 60 KiB. No message sees anything of another.
    thread_local Inflater inflater;
    return inflater.inflate_message(payload, bytes_max);
}

std::string deflate_message(std::string_view payload) {
    // One a thread, for what it allocates. No message sees anything of another.
    thread_local Deflater deflater{Deflater::Format::raw};
    std::string compressed = deflater.compress(payload, Deflater::End::flushed);
    assert(compressed.ends_with(tail));
    compressed.resize(compressed.size() - tail.size());
    return compressed;
}

}  // namespace homeroom::codec::websocket
