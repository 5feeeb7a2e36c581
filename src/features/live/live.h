// Live classes: somebody sends a picture to a class, course, group or institution, and exactly its
// people are told of it, and may see it.
//
//   live:schedule, :update, :cancel, :start, :publish, :end, :recording    writing.cpp
//   what the media server tells (POST /api/v1/live/hooks)                  hook.h, hearing.cpp
//   reminder, interruption, ends by the clock                              timekeeping.cpp
//   live:list, :get, :watch                                                reading.cpp
//   who watches, tickets, counts, who is taken out                         viewing.h
//
// The media does not come through here: browsers and encoders go to a media server, with tickets
// (ticket.h). docs/decisions/0026-live-classes.md says why.
#pragma once

#include <span>

#include "campus/personal_data.h"
#include "campus/schedule.h"
#include "campus/surface.h"

namespace homeroom::features::live {

void register_live(campus::Surface& surface);
void register_live(campus::Schedule& schedule);
std::span<const store::Migration> live_migrations();
// What it keeps of people (campus/personal_data.h).
campus::PersonalData personal_data();

}  // namespace homeroom::features::live
