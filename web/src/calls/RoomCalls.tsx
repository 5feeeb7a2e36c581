// The call of a room: to begin one, and to join the one that goes on.

import { FailureText } from "../app/FailureText";
import { PhoneIcon } from "../app/icons";
import { useDeed } from "../app/useDeed";
import type { Room } from "../rooms/state";
import { t } from "../strings";
import { callIn, callSomebody, joinCall } from "./start";

// In a class its staff begin one, in a study group everybody; where the school lets others, too, the server says so.
export function StartCall({ room }: { room: Room }) {
    const { busy, failure, attempt } = useDeed();
    const may = room.name.startsWith("group-") || (room.staff && /^(class|course)-/.test(room.name));
    if (!may || callIn(room.name)) return null;
    return (
        <>
            <FailureText text={failure} />
            <button type="button" class="secondary" disabled={busy} onClick={() => void attempt(() => callSomebody({ room: room.name }, "video"))} data-testid="room-call">
                <PhoneIcon /> {t().calls.begin}
            </button>
        </>
    );
}

export function RoomCalls({ room }: { room: Room }) {
    const { busy, failure, attempt } = useDeed();
    const call = callIn(room.name);
    if (!call) return null;
    return (
        <div class="card retry call-going" data-testid="room-call-going">
            <span>{t().calls.goesOn(call.host.name)}</span>
            <FailureText text={failure} />
            <button type="button" class="primary" disabled={busy} onClick={() => void attempt(() => joinCall(call))} data-testid="room-call-join">
                <PhoneIcon /> {t().calls.join}
            </button>
        </div>
    );
}
