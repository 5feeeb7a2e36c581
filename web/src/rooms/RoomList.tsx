import { openRoom } from "../feed/store";
import { groups, hrefOf, unread } from "./store";

export function RoomList() {
    return (
        <nav class="rooms" aria-label="Rooms">
            {groups.value.map(({ heading, rooms }) => (
                <section key={heading}>
                    <h2>{heading}</h2>
                    <ul>
                        {rooms.map(({ name, title }) => (
                            <li key={name}>
                                <a
                                    href={hrefOf(name)}
                                    aria-current={name === openRoom.value ? "page" : undefined}
                                    data-testid={`room-${name}`}
                                >
                                    <span class="room-title">{title}</span>
                                    {unread.value.has(name) && (
                                        <span class="dot" data-testid="unread">
                                            <span class="visually-hidden">new posts</span>
                                        </span>
                                    )}
                                </a>
                            </li>
                        ))}
                    </ul>
                </section>
            ))}
        </nav>
    );
}
