// Whose things may not be deleted because of their age, nor erased, until somebody says so: a
// dispute, an inquiry.
//
// hold:set, hold:lift, hold:list   for the platform's back end; each is in the audit log
#pragma once

#include "campus/surface.h"

namespace homeroom::campus {

void register_legal_holds(Surface& surface);

}  // namespace homeroom::campus
