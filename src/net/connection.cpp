#include "net/connection.h"

#include <algorithm>
#include <cerrno>
#include <linux/sockios.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>
#include <utility>

#include "base/limits.h"

namespace homeroom::net {
namespace {

constexpr std::size_t slices_per_write = 64;
// Most connections get one message in a turn, or many. The smallest block of memory there is holds
// three.
constexpr std::size_t queued_at_first = 3;
constexpr std::size_t queued_in_burst = 16;

// Apart from the usual case, which is so short that it needs no stack.
[[gnu::noinline]] void grow_and_add(std::vector<SharedBytes>& queue, SharedBytes&& bytes) {
    queue.reserve(queue.empty() ? queued_at_first : std::max(2 * queue.size(), queued_in_burst));
    queue.push_back(std::move(bytes));
}

}  // namespace

Connection* Connection::adopt(EventLoop& loop, int descriptor, const PeerAddress& peer,
                              ConnectionLedger* ledger) {
    auto* connection = new Connection(loop, descriptor, peer, ledger);
    connection->interest_ = EPOLLIN | EPOLLRDHUP;
    if (!loop.watch(descriptor, connection->interest_, *connection).ok()) {
        delete connection;
        return nullptr;
    }
    loop.settle(*connection);
    return connection;
}

Connection::Connection(EventLoop& loop, int descriptor, const PeerAddress& peer,
                       ConnectionLedger* ledger)
    : descriptor_(descriptor), loop_(loop), ledger_(ledger), peer_address_(peer) {
    if (ledger_ != nullptr) ledger_->enter(peer_address_);
}

Connection::~Connection() {
    if (ledger_ != nullptr) ledger_->leave(peer_address_);
    if (descriptor_ >= 0) ::close(descriptor_);
}

void Connection::set_protocol(std::unique_ptr<Protocol> protocol) {
    if (protocol_ != nullptr) loop_.reap(std::move(protocol_));
    protocol_ = std::move(protocol);
}

void Connection::on_ready(std::uint32_t epoll_events) {
    if (state_ == State::closed) return;
    if ((epoll_events & EPOLLOUT) != 0) {
        blocked_ = false;
        if (!write_some()) return;
        update_interest();
    }
    const bool hung_up = (epoll_events & (EPOLLHUP | EPOLLERR)) != 0;
    if (input_ended_) {
        if (hung_up) gone();
        return;
    }
    if (hung_up || (epoll_events & (EPOLLIN | EPOLLRDHUP)) != 0) {
        // With reading paused only the peer's end is of interest.
        if (!reading_ && !hung_up && (epoll_events & EPOLLRDHUP) == 0) return;
        read(hung_up);
    }
}

void Connection::read(bool hung_up) {
    const auto buffer = loop_.read_buffer();
    const ssize_t got = recv(descriptor_, buffer.data(), buffer.size(), 0);
    if (got > 0) {
        // After our end only the peer's is of interest. Its bytes are read all the same: unread
        // ones would turn our FIN into a reset that takes the last answer with it.
        if (state_ == State::open) protocol_->on_bytes(buffer.first(static_cast<std::size_t>(got)));
        return;
    }
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) return;
    if (got == 0 && !hung_up) {
        input_ended();
    } else {
        gone();
    }
}

void Connection::input_ended() {
    input_ended_ = true;
    const bool more_to_say =
        state_ == State::draining || (state_ == State::open && protocol_->on_input_end());
    if (!more_to_say) return gone();
    update_interest();  // or its end would be told again in every turn
}

void Connection::gone() {
    const bool tell = state_ == State::open;
    end();
    if (tell && protocol_ != nullptr) protocol_->on_gone();
}

void Connection::end() {
    if (state_ == State::closed) return;
    state_ = State::closed;
    drop_output();
    if (closing_ != nullptr) closing_->timer.stop();
    hold_.reset();
    loop_.unwatch(descriptor_);
    if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
    loop_.reap(std::unique_ptr<Reapable>(this));
}

void Connection::send(SharedBytes bytes) {
    if (state_ != State::open || write_failed_ || bytes.empty()) return;
    if (output_ == nullptr) {
        // Mostly it stays the only one of its turn, and costs no queue.
        if (only_output_.empty()) {
            only_output_ = std::move(bytes);
            if (!blocked_) loop_.flush_at_turn_end(*this);
            return;
        }
        begin_queue();
    }
    Output& output = *output_;
    output.bytes += bytes.size();
    if (output.queue.size() == output.queue.capacity()) {
        grow_and_add(output.queue, std::move(bytes));
    } else {
        output.queue.push_back(std::move(bytes));
    }
}

// While there is output, its flush is to come, or the kernel or a timer is waited for.
void Connection::begin_queue() {
    output_ = std::make_unique<Output>();
    output_->bytes = only_output_.size();
    grow_and_add(output_->queue, std::move(only_output_));
}

void Connection::drop_output() {
    only_output_ = SharedBytes{};
    output_.reset();
}

void Connection::write_early() {
    if (state_ != State::open || blocked_ || hold_ != nullptr || write_failed_) return;
    if (offer() != Offered::failed) return;
    write_failed_ = true;
    drop_output();
    loop_.flush_at_turn_end(*this);
}

void Connection::flush() {
    if (state_ == State::closed || state_ == State::lingering || blocked_ || hold_ != nullptr)
        return;
    if (write_failed_) return gone();
    write_some();
}

void Connection::hold_output(std::chrono::milliseconds time) {
    flush();
    hold_ = std::make_unique<Hold>(*this);
    loop_.start(hold_->timer, time);
}

void Connection::on_hold_timer() {
    hold_.reset();
    flush();
}

Connection::Offered Connection::offer_only() {
    const std::string_view view = only_output_.view();
    ssize_t sent = -1;
    do sent = ::send(descriptor_, view.data(), view.size(), MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    if (sent < 0 && errno != EAGAIN && errno != EWOULDBLOCK) return Offered::failed;
    if (sent == static_cast<ssize_t>(view.size())) {
        only_output_ = SharedBytes{};
        return Offered::all;
    }
    begin_queue();
    drop_sent(static_cast<std::size_t>(std::max<ssize_t>(sent, 0)));
    return wait_for_kernel();
}

Connection::Offered Connection::wait_for_kernel() {
    blocked_ = true;
    update_interest();
    return Offered::blocked;
}

Connection::Offered Connection::offer() {
    if (!only_output_.empty()) return offer_only();
    while (output_ != nullptr && output_->first < output_->queue.size()) {
        const Output& output = *output_;
        iovec slices[slices_per_write];  // not cleared: most writes need one or two
        const auto waiting = std::span{output.queue}.subspan(output.first);
        const std::size_t count = std::min(waiting.size(), slices_per_write);
        std::size_t offered = 0;
        for (std::size_t i = 0; i < count; ++i) {
            const std::string_view view = waiting[i].view();
            // sendmsg does not write through it
            slices[i] = {.iov_base = const_cast<char*>(view.data()), .iov_len = view.size()};
            offered += view.size();
        }
        slices[0].iov_base = static_cast<char*>(slices[0].iov_base) + output.first_sent;
        slices[0].iov_len -= output.first_sent;
        offered -= output.first_sent;
        msghdr message{};
        message.msg_iov = slices;
        message.msg_iovlen = count;
        const ssize_t sent = sendmsg(descriptor_, &message, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent < 0 && errno != EAGAIN && errno != EWOULDBLOCK) return Offered::failed;
        const auto left = static_cast<std::size_t>(std::max<ssize_t>(sent, 0));
        drop_sent(left);
        if (left < offered) return wait_for_kernel();
    }
    return Offered::all;
}

bool Connection::write_some() {
    switch (offer()) {
        case Offered::failed: gone(); return false;
        case Offered::blocked: return true;
        case Offered::all: break;
    }
    output_.reset();  // it is empty
    if (state_ == State::draining) {
        linger();
        return false;
    }
    if (protocol_ != nullptr) protocol_->on_flushed();
    return state_ == State::open;
}

void Connection::drop_sent(std::size_t sent) {
    Output& output = *output_;
    output.bytes -= sent;
    if (output.bytes == 0) {  // the usual case
        output.queue.clear();
        output.first = 0;
        output.first_sent = 0;
        return;
    }
    sent += output.first_sent;
    while (output.first < output.queue.size() && sent >= output.queue[output.first].size()) {
        sent -= output.queue[output.first].size();
        output.queue[output.first] = SharedBytes{};
        ++output.first;
    }
    output.first_sent = sent;
    // A reader that is always a little behind must not make the vector grow for ever.
    if (output.first > 64 && output.first * 2 > output.queue.size()) {
        output.queue.erase(output.queue.begin(),
                           output.queue.begin() + static_cast<std::ptrdiff_t>(output.first));
        output.first = 0;
    }
}

void Connection::linger() {
    if (input_ended_) return end();
    state_ = State::lingering;
    reading_ = true;
    update_interest();
    shutdown(descriptor_, SHUT_WR);
}

void Connection::update_interest() {
    if (state_ == State::closed) return;
    std::uint32_t wanted = 0;
    if (!input_ended_) wanted |= EPOLLRDHUP;
    if (!input_ended_ && reading_) wanted |= EPOLLIN;
    if (blocked_) wanted |= EPOLLOUT;
    if (wanted == interest_) return;
    interest_ = wanted;
    loop_.rewatch(descriptor_, interest_, *this);
}

void Connection::close_when_flushed() {
    if (state_ != State::open) return;
    state_ = State::draining;
    closing_ = std::make_unique<Closing>(*this);
    start_closing_timer();
    if (!blocked_) loop_.flush_at_turn_end(*this);
}

void Connection::start_closing_timer() {
    closing_->unread = unread_bytes();
    loop_.start(closing_->timer, limits::closing_wait);
}

void Connection::on_closing_timer() {
    // A large answer takes a slow reader long; one that neither reads nor ends is not waited for.
    if (unread_bytes() < closing_->unread) {
        start_closing_timer();
    } else {
        end();
    }
}

std::size_t Connection::unread_bytes() const {
    int held = 0;
    if (descriptor_ < 0 || ioctl(descriptor_, SIOCOUTQ, &held) != 0) held = 0;
    return queued_bytes() + static_cast<std::size_t>(std::max(held, 0));
}

void Connection::close() {
    end();
}

void Connection::pause_reading() {
    reading_ = false;
    update_interest();
}

void Connection::resume_reading() {
    reading_ = true;
    update_interest();
}

Connection::Released Connection::release() {
    loop_.unwatch(descriptor_);
    Released released;
    released.descriptor = std::exchange(descriptor_, -1);
    state_ = State::closed;
    if (!only_output_.empty()) begin_queue();
    if (output_ != nullptr) {
        auto& queue = output_->queue;
        queue.erase(queue.begin(), queue.begin() + static_cast<std::ptrdiff_t>(output_->first));
        if (output_->first_sent > 0)
            queue.front() = SharedBytes{queue.front().view().substr(output_->first_sent)};
        released.unsent = std::move(queue);
        output_.reset();
    }
    loop_.reap(std::unique_ptr<Reapable>(this));
    return released;
}

}  // namespace homeroom::net
