// Several listeners in the place of the store's one, called in their order. Writer thread only.
#pragma once

#include <utility>
#include <vector>

#include "store/store.h"

namespace homeroom::campus {

class CommitListeners final : public store::CommitListener {
public:
    explicit CommitListeners(std::vector<store::CommitListener*> listeners)
        : listeners_(std::move(listeners)) {}

    void on_event(const store::JournalEvent& event) override {
        for (auto* listener : listeners_) listener->on_event(event);
    }
    void on_batch_end(store::Seq last) override {
        for (auto* listener : listeners_) listener->on_batch_end(last);
    }

private:
    std::vector<store::CommitListener*> listeners_;  // not owned
};

}  // namespace homeroom::campus
