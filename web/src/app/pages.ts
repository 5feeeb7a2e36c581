// Pages that come when they are first shown.

import { lazy } from "./lazy";

export const MessagesPage = lazy(() => import("../messages/MessagesPage").then((file) => file.MessagesPage));
export const AnnouncementsPage = lazy(() => import("../announcements/AnnouncementsPage").then((file) => file.AnnouncementsPage));
export const NotificationsPage = lazy(() => import("../notifications/NotificationsPage").then((file) => file.NotificationsPage));
export const GradesPage = lazy(() => import("../grades/GradesPage").then((file) => file.GradesPage));
export const GroupsPage = lazy(() => import("../groups/GroupsPage").then((file) => file.GroupsPage));
export const GroupPage = lazy(() => import("../groups/GroupPage").then((file) => file.GroupPage));
export const SearchPage = lazy(() => import("../search/SearchPage").then((file) => file.SearchPage));
export const SettingsPage = lazy(() => import("../settings/SettingsPage").then((file) => file.SettingsPage));
export const StudyPage = lazy(() => import("../study/StudyPage").then((file) => file.StudyPage));
export const StudyList = lazy(() => import("../study/StudyList").then((file) => file.StudyList));
export const LiveList = lazy(() => import("../live/LiveList").then((file) => file.LiveList));
export const LiveBanner = lazy(() => import("../live/LiveBanner").then((file) => file.LiveBanner), { quiet: true });
export const DocumentPage = lazy(() => import("../documents/DocumentPage").then((file) => file.DocumentPage));
export const DocumentList = lazy(() => import("../documents/DocumentList").then((file) => file.DocumentList));
export const PeoplePage = lazy(() => import("../rooms/PeoplePage").then((file) => file.PeoplePage));
export const CallsPage = lazy(() => import("../calls/CallsPage").then((file) => file.CallsPage));
export const CallPanel = lazy(() => import("../calls/CallPanel").then((file) => file.CallPanel), { quiet: true });
export const OperatorPage = lazy(() => import("../operator/OperatorPage").then((file) => file.OperatorPage));
