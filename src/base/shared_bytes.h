// Bytes that are written once and then shared by every receiver, on any thread.
// One allocation holds the count, the length and the bytes; copying costs one atomic increment.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstring>
#include <new>
#include <string_view>
#include <utility>

namespace homeroom {

class SharedBytes {
public:
    SharedBytes() = default;

    explicit SharedBytes(std::string_view bytes) : SharedBytes(bytes, {}) {}

    // Head and tail in one block, for a frame's header and its payload.
    SharedBytes(std::string_view head, std::string_view tail) {
        const std::size_t size = head.size() + tail.size();
        if (size == 0) return;
        block_ = new (::operator new(sizeof(Block) + size)) Block{};
        block_->size = size;
        if (!head.empty()) std::memcpy(block_->data(), head.data(), head.size());
        if (!tail.empty()) std::memcpy(block_->data() + head.size(), tail.data(), tail.size());
    }

    SharedBytes(const SharedBytes& other) noexcept : block_(other.block_) {
        if (block_ != nullptr) block_->count.fetch_add(1, std::memory_order_relaxed);
    }
    SharedBytes(SharedBytes&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
    SharedBytes& operator=(SharedBytes other) noexcept {
        std::swap(block_, other.block_);
        return *this;
    }
    ~SharedBytes() { release(); }

    std::string_view view() const {
        return block_ == nullptr ? std::string_view{}
                                 : std::string_view{block_->data(), block_->size};
    }
    std::size_t size() const { return block_ == nullptr ? 0 : block_->size; }
    bool empty() const { return block_ == nullptr; }

private:
    struct Block {
        std::atomic<std::size_t> count{1};
        std::size_t size = 0;
        char* data() { return reinterpret_cast<char*>(this + 1); }
    };

    void release() noexcept {
        if (block_ == nullptr) return;
        // Acquire-release: the last owner must see every other owner's reads finished before it
        // frees.
        if (block_->count.fetch_sub(1, std::memory_order_acq_rel) == 1) {
            block_->~Block();
            ::operator delete(block_);
        }
    }

    Block* block_ = nullptr;
};

}  // namespace homeroom
