// What can be asked about calls, beside what is about the connection alone (calls.h).
#pragma once

#include "campus/surface.h"

namespace homeroom::features::calls {

using campus::Json;
using campus::ReadCall;
using campus::WriteCall;

Result<Json> start_call(WriteCall& call, const Json& request);  // starting.cpp
Result<Json> invite_to_call(WriteCall& call, const Json& request);
Result<Json> accept_call(WriteCall& call, const Json& request);  // answering.cpp
Result<Json> decline_call(WriteCall& call, const Json& request);
Result<Json> join_call(WriteCall& call, const Json& request);
Result<Json> leave_call(WriteCall& call, const Json& request);  // leaving.cpp
Result<Json> end_call(WriteCall& call, const Json& request);
Result<Json> get_call(ReadCall& call, const Json& request);  // reading.cpp
Result<Json> list_calls(ReadCall& call, const Json& request);
Result<Json> list_supervised(ReadCall& call, const Json& request);
Result<Json> mute_in_call(WriteCall& call, const Json& request);  // moderating.cpp
Result<Json> say_devices(WriteCall& call, const Json& request);
Result<Json> raise_hand_in_call(WriteCall& call, const Json& request);
Result<Json> name_captioner(WriteCall& call, const Json& request);
Result<Json> set_call(WriteCall& call, const Json& request);  // admitting.cpp
Result<Json> admit_to_call(WriteCall& call, const Json& request);
Result<Json> deny_call(WriteCall& call, const Json& request);
Result<Json> ask_in_call(WriteCall& call, const Json& request);  // asking.cpp
Result<Json> vote_in_call(WriteCall& call, const Json& request);
Result<Json> close_poll_in_call(WriteCall& call, const Json& request);
Result<Json> record_call(WriteCall& call, const Json& request);       // consenting.cpp
Result<Json> refuse_recording(WriteCall& call, const Json& request);  // in place of the one before
Result<Json> consent_to_recording(WriteCall& call, const Json& request);
Result<Json> list_call_attendance(ReadCall& call, const Json& request);  // attending.cpp
Result<Json> request_screen(WriteCall& call, const Json& request);       // presenting.cpp
Result<Json> grant_screen(WriteCall& call, const Json& request);
Result<Json> deny_screen(WriteCall& call, const Json& request);
Result<Json> start_screen(WriteCall& call, const Json& request);
Result<Json> stop_screen(WriteCall& call, const Json& request);
Result<Json> annotate_screen(WriteCall& call, const Json& request);

}  // namespace homeroom::features::calls
