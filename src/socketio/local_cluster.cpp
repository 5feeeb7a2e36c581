// Links between servers of one process: calls from the one to the other.

#include <algorithm>
#include <mutex>
#include <utility>

#include "homeroom/socketio/cluster.h"

namespace homeroom::socketio {
namespace {

// Who is there. One message at a time, so that all nodes see one order.
struct Meeting {
    struct Member {
        std::string node;
        ClusterLink::Receive receive;
    };
    std::mutex mutex{};
    std::vector<Member> members{};  // guarded by mutex
};

class LocalLink final : public ClusterLink {
public:
    explicit LocalLink(std::shared_ptr<Meeting> meeting) : meeting_(std::move(meeting)) {}

    void open(const std::string& node, Receive receive) override {
        node_ = node;
        const std::lock_guard lock(meeting_->mutex);
        meeting_->members.push_back({node, std::move(receive)});
    }

    void close() override {
        const std::lock_guard lock(meeting_->mutex);
        std::erase_if(meeting_->members, [&](const auto& member) { return member.node == node_; });
    }

    void publish(std::string message) override {
        const std::lock_guard lock(meeting_->mutex);
        for (const auto& member : meeting_->members) {
            if (member.node != node_) member.receive(message);
        }
    }

    void send(const std::string& node, std::string message) override {
        const std::lock_guard lock(meeting_->mutex);
        for (const auto& member : meeting_->members) {
            if (member.node == node) member.receive(message);
        }
    }

    std::vector<std::string> others() const override {
        const std::lock_guard lock(meeting_->mutex);
        std::vector<std::string> nodes;
        for (const auto& member : meeting_->members) {
            if (member.node != node_) nodes.push_back(member.node);
        }
        return nodes;
    }

private:
    std::shared_ptr<Meeting> meeting_;
    std::string node_{};
};

}  // namespace

std::vector<std::shared_ptr<ClusterLink>> make_local_cluster(std::size_t count) {
    const auto meeting = std::make_shared<Meeting>();
    std::vector<std::shared_ptr<ClusterLink>> links;
    for (std::size_t i = 0; i < count; ++i) links.push_back(std::make_shared<LocalLink>(meeting));
    return links;
}

}  // namespace homeroom::socketio
