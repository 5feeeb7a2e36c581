#include "backbone/dead_letters.h"

#include <algorithm>
#include <utility>

#include "base/log.h"

namespace homeroom::backbone {
namespace {

using namespace std::chrono_literals;

constexpr auto open_wait = 1s;  // after a producer failed
constexpr std::size_t reason_bytes_max = 500;

// False: there is nothing left that could be left out.
bool shorten(kafka::Record& record, std::size_t& foreign_headers) {
    if (!record.value.empty()) {
        record.value = {};
        record.headers.emplace_back("homeroom-data", "left out");
        return true;
    }
    if (foreign_headers == 0 && record.key.empty()) return false;
    record.headers.erase(record.headers.begin(),
                         record.headers.begin() + static_cast<std::ptrdiff_t>(foreign_headers));
    foreign_headers = 0;
    record.key = {};
    record.headers.emplace_back("homeroom-headers", "left out");
    return true;
}

}  // namespace

DeadLetters::DeadLetters(std::string topic, MakeProducer make_producer)
    : topic_(std::move(topic)), make_producer_(std::move(make_producer)) {}

void DeadLetters::add(const Place& place, kafka::Record record, const Error& why) {
    log::warn("kafka: a command is refused partition={} offset={} code={}", place.partition,
              place.offset, to_string(why.code));
    const std::size_t foreign_headers = record.headers.size();
    record.headers.emplace_back("homeroom-code", std::string{to_string(why.code)});
    record.headers.emplace_back("homeroom-reason", why.message.substr(0, reason_bytes_max));
    if (!why.field.empty()) record.headers.emplace_back("homeroom-field", why.field);
    record.headers.emplace_back("homeroom-partition", std::to_string(place.partition));
    record.headers.emplace_back("homeroom-offset", std::to_string(place.offset));
    letters_.emplace(next_tag_++, Letter{place, std::move(record), foreign_headers});
}

std::vector<Place> DeadLetters::advance(SteadyTime now) {
    if (letters_.empty() || !open(now)) return {};
    produce();
    take_reports();
    if (fault_.empty()) fault_ = producer_->broken();
    if (!fault_.empty()) {
        log::warn("kafka: dead letters can't be sent, another producer in {} ms: {}",
                  std::chrono::milliseconds{open_wait}.count(), fault_);
        producer_.reset();
        open_at_ = now + open_wait;
        for (auto& [tag, letter] : letters_) letter.sent = false;
    }
    return std::exchange(settled_, {});
}

void DeadLetters::forget(int partition) {
    std::erase_if(letters_,
                  [&](const auto& entry) { return entry.second.place.partition == partition; });
}

bool DeadLetters::open(SteadyTime now) {
    if (producer_) return true;
    if (now < open_at_) return false;
    auto made = make_producer_();
    if (!made.ok()) {
        log::error("kafka: no producer: {}", made.error().message);
        open_at_ = now + open_wait;
        return false;
    }
    producer_ = std::move(made).value();
    fault_.clear();
    return true;
}

// A suspect is under way alone, so that what is refused then is it.
void DeadLetters::produce() {
    auto under_way =
        std::ranges::count_if(letters_, [](const auto& entry) { return entry.second.sent; });
    std::string reason;
    for (auto next = letters_.begin(); next != letters_.end();) {
        auto& [tag, letter] = *next;
        if (letter.suspect && under_way > 0) return;
        if (letter.sent) {
            ++next;
            continue;
        }
        switch (producer_->produce(topic_, kafka::Producer::any_partition, letter.record, tag,
                                   reason)) {
            case kafka::Taken::taken:
                letter.sent = true;
                ++under_way;
                if (letter.suspect) return;
                ++next;
                break;
            case kafka::Taken::full: return;
            case kafka::Taken::refused: next = shorten_or_give_up(next, reason); break;
            case kafka::Taken::broken: fault_ = reason; return;
        }
    }
}

void DeadLetters::take_reports() {
    std::vector<kafka::Report> reports;
    producer_->poll(0ms, reports);
    for (const auto& report : reports) {
        const auto found = letters_.find(report.tag);
        if (found == letters_.end()) continue;
        if (report.delivery == kafka::Delivery::delivered) {
            settle(found);
            continue;
        }
        if (fault_.empty()) fault_ = report.reason;
        if (report.delivery != kafka::Delivery::refused) continue;
        if (std::exchange(found->second.suspect, true)) shorten_or_give_up(found, report.reason);
    }
}

DeadLetters::Letters::iterator DeadLetters::settle(Letters::iterator letter) {
    settled_.push_back(letter->second.place);
    return letters_.erase(letter);
}

// The one behind it is returned when it is given up.
DeadLetters::Letters::iterator DeadLetters::shorten_or_give_up(Letters::iterator letter,
                                                               const std::string& reason) {
    const auto& place = letter->second.place;
    if (shorten(letter->second.record, letter->second.foreign_headers)) {
        log::warn("kafka: a dead letter is shortened partition={} offset={} reason={}",
                  place.partition, place.offset, reason);
        return letter;
    }
    log::error("kafka: not even a dead letter partition={} offset={} reason={}", place.partition,
               place.offset, reason);
    return settle(letter);
}

}  // namespace homeroom::backbone
