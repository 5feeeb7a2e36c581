// Every work, in the order in which they run.

import { importRoster, lightLoad } from "./apart.mjs";
import { fanout1, fanout16, manySmallRooms, manySmallRoomsAwake, roomsAtHalfLoad } from "./fanout.mjs";
import { roomSize, roomsPerUser, usersConnected } from "./growth.mjs";
import { capacity, idle } from "./memory.mjs";
import { connects, durablePosts, echo } from "./requests.mjs";
import { loops, stalledReaders } from "./robustness.mjs";

export const works = [
    fanout16,
    fanout1,
    manySmallRooms,
    manySmallRoomsAwake,
    roomsAtHalfLoad,
    echo,
    connects,
    durablePosts,
    idle,
    capacity,
    loops,
    stalledReaders,
    roomSize,
    roomsPerUser,
    usersConnected,
    lightLoad,
    importRoster,
];
