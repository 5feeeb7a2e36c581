// A text that is set once and kept many times: ids of sockets and of users. Up to 22 bytes lie in
// the object itself, which is smaller than a std::string; longer ones are on the heap.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace homeroom {

class ShortText {
public:
    static constexpr std::size_t inline_bytes_max = 22;

    ShortText() = default;
    explicit ShortText(std::string_view text) { assign(text); }
    ShortText(const ShortText& other) { assign(other.view()); }
    ShortText(ShortText&& other) noexcept : bytes_(other.bytes_), size_(other.size_) {
        other.size_ = 0;
    }
    ShortText& operator=(ShortText other) noexcept {
        std::swap(bytes_, other.bytes_);
        std::swap(size_, other.size_);
        return *this;
    }
    ~ShortText() {
        if (size_ == on_heap) delete heap();
    }

    std::string_view view() const {
        return size_ == on_heap ? std::string_view{*heap()}
                                : std::string_view{bytes_.data(), size_};
    }

private:
    static constexpr std::uint8_t on_heap = 0xFF;
    static constexpr std::size_t pointer_bytes = sizeof(void*);

    void assign(std::string_view text) {
        if (text.size() <= inline_bytes_max) {
            if (!text.empty()) std::memcpy(bytes_.data(), text.data(), text.size());
            size_ = static_cast<std::uint8_t>(text.size());
            return;
        }
        const auto* longer = new std::string{text};
        std::memcpy(bytes_.data(), &longer, pointer_bytes);
        size_ = on_heap;
    }
    const std::string* heap() const {
        const std::string* longer = nullptr;
        std::memcpy(&longer, bytes_.data(), pointer_bytes);
        return longer;
    }

    std::array<char, inline_bytes_max> bytes_{};
    std::uint8_t size_ = 0;
};

// For sets and maps that are asked with whatever says the text: views, or what holds it itself
// (with a text_of of its own).
inline std::string_view text_of(std::string_view text) {
    return text;
}
inline std::string_view text_of(const ShortText& text) {
    return text.view();
}
struct TextHash {
    using is_transparent = void;
    std::size_t operator()(const auto& one) const {
        return std::hash<std::string_view>{}(text_of(one));
    }
};
struct TextEqual {
    using is_transparent = void;
    bool operator()(const auto& one, const auto& other) const {
        return text_of(one) == text_of(other);
    }
};

static_assert(sizeof(ShortText) < sizeof(std::string));

}  // namespace homeroom
