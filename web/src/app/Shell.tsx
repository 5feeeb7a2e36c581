import { Feed } from "../feed/Feed";
import { RoomList } from "../rooms/RoomList";
import { currentRoom, groups } from "../rooms/store";
import { SignIn } from "../sign-in/SignIn";
import { Avatar } from "./Avatar";
import { connectAgain, connection } from "./connection";
import { ConnectionBadge } from "./ConnectionBadge";
import { HomeIcon } from "./icons";
import { Announcements, Notices } from "./Notices";
import { me, rooms, signIn } from "./session";
import { signOut } from "./wire";

export function Shell() {
    return (
        <>
            {signIn.value ? <School /> : <SignIn />}
            <Notices />
            <Announcements />
        </>
    );
}

function School() {
    return (
        <div class="shell">
            <a class="skip" href="#main" onClick={skipToMain}>
                Skip to the posts
            </a>
            <header class="top">
                <span class="brand">
                    <HomeIcon />
                    Homeroom
                </span>
                <ConnectionBadge />
                <Who />
            </header>
            <RoomList />
            <main id="main" tabIndex={-1}>
                <Refusal />
                <OpenRoom />
            </main>
        </div>
    );
}

// The address tells the room, so a plain link to #main would lead elsewhere.
function skipToMain(event: Event): void {
    event.preventDefault();
    document.getElementById("main")?.focus();
}

function Who() {
    return (
        <div class="who">
            {me.value && (
                <>
                    <Avatar person={me.value} size="small" />
                    <span class="who-name" data-testid="me">
                        {me.value.name}
                    </span>
                </>
            )}
            <button type="button" class="secondary" onClick={signOut} data-testid="sign-out">
                Sign out
            </button>
        </div>
    );
}

function Refusal() {
    const state = connection.value;
    if (state.is !== "refused") return null;
    return (
        <div class="card retry" role="alert" data-testid="refusal">
            <p>{state.why}</p>
            <button type="button" class="secondary" onClick={connectAgain}>
                Try again
            </button>
        </div>
    );
}

function OpenRoom() {
    const room = currentRoom.value;
    if (room) {
        return (
            <>
                <h1 class="room-name">{room.title}</h1>
                <Feed room={room} />
            </>
        );
    }
    if (connection.value.is === "refused") return null;
    const nowhere = rooms.value !== null && groups.value.length === 0 && me.value !== null;
    return <p class="empty">{nowhere ? "You are in no class, course or group yet." : "Opening your rooms…"}</p>;
}
