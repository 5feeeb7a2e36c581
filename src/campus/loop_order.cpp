#include "campus/loop_order.h"

#include <atomic>
#include <memory>
#include <utility>

namespace homeroom::campus {

void LoopOrder::everywhere(std::function<Work()> make, std::function<void()> done) {
    auto left = std::make_shared<std::atomic<std::size_t>>(lanes_.size());
    server_.post_all([this, make = std::move(make), left, done = std::move(done)](hub::Hub& hub) {
        auto& lane = lanes_[hub.loop_index()];
        lane.push_back({make(), [left, done] {
                            const bool last = left->fetch_sub(1, std::memory_order_acq_rel) == 1;
                            if (last && done) done();
                        }});
        if (lane.size() == 1) go_on(hub);
    });
}

void LoopOrder::go_on(hub::Hub& hub) {
    auto& lane = lanes_[hub.loop_index()];
    while (!lane.empty()) {
        if (lane.front().work(hub) == Step::next_turn)
            return server_.post(hub.loop_index(), [this](hub::Hub& same) { go_on(same); });
        const Task ended = std::move(lane.front());
        lane.pop_front();
        ended.ended();
    }
}

}  // namespace homeroom::campus
