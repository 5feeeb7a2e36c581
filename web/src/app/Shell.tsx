import { announcements, connection, homeroom, me, messages, notifications, presence, signIn, signOut } from "./homeroom";
import {
    AnnouncementsPage,
    CallPanel,
    CallsPage,
    DocumentPage,
    GradesPage,
    GroupPage,
    GroupsPage,
    MessagesPage,
    NotificationsPage,
    OperatorPage,
    SearchPage,
    SettingsPage,
    StudyPage,
} from "./pages";
import { callsAreUsed } from "../calls/start";
import { FeedPage } from "../feed/FeedPage";
import { HomePage } from "../rooms/HomePage";
import { RoomList } from "../rooms/RoomList";
import { roomsKnown } from "../rooms/rooms";
import { SignIn } from "../sign-in/SignIn";
import { StudyBar } from "../study/StudyBar";
import { t } from "../strings";
import type { Strings } from "../strings/en";
import { Avatar } from "./Avatar";
import { AwayBanner, ConnectionBadge } from "./ConnectionBadge";
import { forgetDrafts } from "./drafts";
import { BellIcon, GearIcon, HomeIcon, MailIcon, MarkIcon, MegaphoneIcon, MenuIcon, PeopleIcon } from "./icons";
import { Menu } from "./Menu";
import { Announcements, Notices } from "./Notices";
import { Placeholders } from "./parts";
import { hrefOf, route } from "./router";
import { refusalInWords } from "./words";
import { SearchField } from "../search/SearchField";
import { useEffect, useState } from "preact/hooks";
import type { ComponentChildren } from "preact";

export function Shell() {
    return (
        <>
            {route.value.page === "operator" ? <OperatorPage part={route.value.part} user={route.value.user} /> : signIn.value ? <School /> : <SignIn />}
            <Notices />
            <Announcements />
        </>
    );
}

function School() {
    const [sideOpen, setSideOpen] = useState(false);
    // On a phone the side bar lies over the page: it goes when something was chosen in it.
    useEffect(() => setSideOpen(false), [route.value]);
    useEffect(() => {
        if (route.value.page !== "room") window.scrollTo({ top: 0 });
    }, [route.value]);
    return (
        <div class="shell">
            <a class="skip" href="#main" onClick={skipToMain}>
                {t().app.skip}
            </a>
            <header class="top">
                <button
                    type="button"
                    class="icon-button only-narrow"
                    aria-label={t().app.menu}
                    aria-expanded={sideOpen}
                    aria-controls="side"
                    onClick={() => setSideOpen(!sideOpen)}
                    data-testid="side-toggle"
                >
                    <MenuIcon />
                </button>
                <a class="brand" href={hrefOf.home}>
                    <HomeIcon />
                    <span>{t().app.name}</span>
                </a>
                <SearchField />
                <ConnectionBadge />
                <Who />
            </header>
            <div class="banners">
                <AwayBanner />
                <StudyBar />
            </div>
            <div id="side" class={`side${sideOpen ? " is-open" : ""}`} onKeyDown={(event) => event.key === "Escape" && setSideOpen(false)}>
                <Places />
                <RoomList />
            </div>
            {sideOpen && <div class="veil" onClick={() => setSideOpen(false)} />}
            <main id="main" tabIndex={-1}>
                <Refusal />
                <Page />
            </main>
            <Tabs />
            {callsAreUsed.value && <CallPanel />}
        </div>
    );
}

// The address tells the page, so a plain link to #main would lead elsewhere.
function skipToMain(event: Event): void {
    event.preventDefault();
    document.getElementById("main")?.focus();
}

function Page() {
    const { value } = route;
    switch (value.page) {
        case "home":
            return <HomePage />;
        case "room":
            return roomsKnown.value ? <FeedPage key={value.room} name={value.room} tab={value.tab} post={value.post} /> : <Placeholders />;
        case "messages":
            return <MessagesPage conversation={value.conversation} user={value.user} />;
        case "announcements":
            return <AnnouncementsPage />;
        case "notifications":
            return <NotificationsPage />;
        case "grades":
            return <GradesPage key={value.student ?? value.classId} classId={value.classId} student={value.student} />;
        case "groups":
            return <GroupsPage />;
        case "group":
            return <GroupPage key={value.group} id={value.group} />;
        case "search":
            return <SearchPage key={value.query} query={value.query} />;
        case "settings":
            return <SettingsPage />;
        case "calls":
            return <CallsPage />;
        case "study":
            return <StudyPage key={value.session} id={value.session} />;
        case "document":
            return <DocumentPage key={value.doc} id={value.doc} />;
        case "operator":
            return null; // it needs no school around it
    }
}

const places = () => {
    const words = t().pages;
    return [
        { page: "home", href: hrefOf.home, label: words.home, icon: <HomeIcon />, count: 0 },
        { page: "messages", href: hrefOf.messages, label: words.messages, icon: <MailIcon />, count: messages.value?.unread ?? 0 },
        { page: "notifications", href: hrefOf.notifications, label: words.notifications, icon: <BellIcon />, count: notifications.value?.unseen ?? 0 },
        { page: "announcements", href: hrefOf.announcements, label: words.announcements, icon: <MegaphoneIcon />, count: announcements.value?.unacknowledged ?? 0 },
        { page: "grades", href: hrefOf.grades, label: words.grades, icon: <MarkIcon />, count: 0 },
        { page: "groups", href: hrefOf.groups, label: words.groups, icon: <PeopleIcon />, count: 0 },
    ];
};

const isAt = (page: string) => route.value.page === page || (page === "groups" && route.value.page === "group");

function Places() {
    return (
        <nav class="places" aria-label={t().app.places}>
            <ul>
                {places().map(({ page, href, label, icon, count }) => (
                    <li key={page}>
                        <a href={href} class="nav-link" aria-current={isAt(page) ? "page" : undefined} data-testid={`place-${page}`}>
                            {icon}
                            <span class="room-title">{label}</span>
                            <Count count={count} testid={`count-${page}`} />
                        </a>
                    </li>
                ))}
            </ul>
        </nav>
    );
}

// The same on a phone, where the thumb is.
function Tabs() {
    return (
        <nav class="tab-bar" aria-label={t().app.places}>
            {places()
                .slice(0, 4)
                .map(({ page, href, icon, count }) => (
                    <a key={page} href={href} aria-current={isAt(page) ? "page" : undefined}>
                        <span class="tab-icon">
                            {icon}
                            <Count count={count} />
                        </span>
                        <span class="tab-label">{t().tabs[page as keyof Strings["tabs"]]}</span>
                    </a>
                ))}
        </nav>
    );
}

function Count({ count, testid }: { count: number; testid?: string }): ComponentChildren {
    if (count === 0) return null;
    return (
        <span class="count-badge" data-testid={testid}>
            {count > 99 ? "99+" : count}
            <span class="visually-hidden"> {t().app.new}</span>
        </span>
    );
}

function Who() {
    if (!me.value) return <div class="who" />;
    const words = t().presence;
    const own = presence.value?.own ?? "online";
    const set = (status: "online" | "busy" | "invisible") => void homeroom.value?.presence.set(status);
    return (
        <div class="who">
            <Menu
                label={t().app.yourMenu}
                buttonClass="who-button"
                testid="who"
                button={
                    <>
                        <span class={`presence is-${own}`}>
                            <Avatar person={me.value} size="small" />
                        </span>
                        <span class="who-name" data-testid="me">
                            {me.value.name}
                        </span>
                    </>
                }
                items={[
                    ...(["online", "busy", "invisible"] as const)
                        .filter((status) => status !== own)
                        .map((status) => ({ label: words.set[status], onChoose: () => set(status), testid: `presence-${status}` })),
                    { label: t().pages.settings, href: hrefOf.settings },
                    {
                        label: t().app.signOut,
                        onChoose: () => {
                            forgetDrafts();
                            signOut();
                        },
                        testid: "sign-out",
                    },
                ]}
            >
                <p class="menu-head">
                    <strong>{me.value.name}</strong>
                    <span class="meta">{words.status[own === "invisible" ? "offline" : own]}</span>
                </p>
            </Menu>
            <a class="icon-button only-wide" href={hrefOf.settings} aria-label={t().pages.settings}>
                <GearIcon />
            </a>
        </div>
    );
}

function Refusal() {
    const state = connection.value;
    if (state.is !== "refused") return null;
    return (
        <div class="card retry" role="alert" data-testid="refusal">
            <p>{refusalInWords(state.code, state.message)}</p>
            <button type="button" class="secondary" onClick={() => homeroom.value?.connection.tryAgain()}>
                {t().app.tryAgain}
            </button>
        </div>
    );
}
