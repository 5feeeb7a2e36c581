// The few icons, drawn as paths: nothing is loaded from elsewhere.

// `along`: it points along the line of reading, and turns with it.
function Icon({ path, filled = false, width = 1.8, along = false }: { path: string; filled?: boolean; width?: number; along?: boolean }) {
    return (
        <svg class={along ? "icon is-along" : "icon"} viewBox="0 0 24 24" aria-hidden="true" fill={filled ? "currentColor" : "none"} stroke="currentColor"
            stroke-width={width} stroke-linecap="round" stroke-linejoin="round">
            <path d={path} />
        </svg>
    );
}

const icon = (path: string, { filled = false, along = false } = {}) => () => <Icon path={path} filled={filled} along={along} />;

export const HeartIcon = ({ filled }: { filled: boolean }) => (
    <Icon filled={filled} path="M12 20s-7.5-4.6-7.5-10A4.3 4.3 0 0 1 12 7.2 4.3 4.3 0 0 1 19.5 10c0 5.4-7.5 10-7.5 10z" />
);
export const BubbleIcon = icon("M5 5.5h14A1.5 1.5 0 0 1 20.5 7v8.5A1.5 1.5 0 0 1 19 17h-7l-4.5 3.5V17H5a1.5 1.5 0 0 1-1.5-1.5V7A1.5 1.5 0 0 1 5 5.5z");
export const LockIcon = icon("M7 10.5h10a1 1 0 0 1 1 1V18a1 1 0 0 1-1 1H7a1 1 0 0 1-1-1v-6.5a1 1 0 0 1 1-1zM8.5 10.5V8a3.5 3.5 0 0 1 7 0v2.5");
export const HomeIcon = icon("M4.5 11 12 4.5 19.5 11v8a1 1 0 0 1-1 1h-4v-5h-5v5h-4a1 1 0 0 1-1-1z");
export const MailIcon = icon("M4.5 6h15a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1h-15a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1zM4 7l8 6 8-6");
export const BellIcon = icon("M6.5 16.5V11a5.5 5.5 0 0 1 11 0v5.5l1.5 1.5H5zM10 20.5h4");
export const MegaphoneIcon = icon("M4.5 10v4h3l8.5 4V6l-8.5 4zM7.5 14v4.5h3V15M19 10.5v3");
export const MarkIcon = icon("M6 4.5h12a1 1 0 0 1 1 1V20l-3.5-2-3.5 2-3.5-2L5 20V5.5a1 1 0 0 1 1-1zM9 9h6M9 12.5h4");
export const PeopleIcon = icon("M9 11.5a3.25 3.25 0 1 0 0-6.5 3.25 3.25 0 0 0 0 6.5zM3.5 19c0-3 2.5-5 5.5-5s5.5 2 5.5 5M16 11.5a2.75 2.75 0 1 0-1-5.3M17 14.2c2 .5 3.5 2.2 3.5 4.8");
export const GearIcon = icon("M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM19 12l2-1-1-3-2.2.3-1.6-1.6L16.500 4.500 13.500 3.500 12 5.500 10.500 3.500 7.500 4.500 7.800 6.700 6.200 8.300 4 8 3 11l2 1-2 1 1 3 2.200-.3 1.600 1.600-.3 2.200 3 1 1.500-2 1.500 2 3-1-.3-2.200 1.600-1.600 2.200.3 1-3z");
export const SearchIcon = icon("M10.500 17a6.500 6.500 0 1 0 0-13 6.500 6.500 0 0 0 0 13zM15.500 15.500 20 20");
export const MoreIcon = () => <Icon path="M5.500 12h.01M12 12h.01M18.500 12h.01" width={3.2} />;
export const ClipIcon = icon("M19.500 11.500 12 19a4.500 4.500 0 0 1-6.400-6.400l8-8a3 3 0 0 1 4.300 4.300l-7.800 7.800a1.500 1.500 0 0 1-2.200-2.100l7-7");
export const PollIcon = icon("M5 20V10M12 20V4.500M19 20v-6.500");
export const MaskIcon = icon("M4 7c5-1.500 11-1.500 16 0 0 5.500-2 10-5 10-1.500 0-1.800-1.500-3-1.500S10.500 17 9 17c-3 0-5-4.500-5-10zM8 11h2M14 11h2");
export const ClockIcon = icon("M12 20.500a8.500 8.500 0 1 0 0-17 8.500 8.500 0 0 0 0 17zM12 7.500V12l3 2");
export const PinIcon = icon("M9 4.500h6l-.5 5 2.500 3v1.500H7v-1.500l2.500-3zM12 14v6");
export const SmileIcon = icon("M12 20.500a8.500 8.500 0 1 0 0-17 8.500 8.500 0 0 0 0 17zM9 10h.01M15 10h.01M8.500 14c1.800 2.300 5.200 2.300 7 0");
export const SendIcon = icon("M4.500 12 20 4.500 15 20l-3.500-6.500zM11.500 13.500 20 4.500", { along: true });
export const BackIcon = icon("M14.500 5.500 8 12l6.500 6.500", { along: true });
export const CheckIcon = icon("M5 12.500 10 17.500 19.500 7");
export const PlusIcon = icon("M12 5v14M5 12h14");
export const CloseIcon = icon("M6.500 6.500l11 11M17.500 6.500l-11 11");
export const FlagIcon = icon("M6 20V5c4-2 7 2 12 0v9c-5 2-8-2-12 0");
export const FileIcon = icon("M7 3.500h7l4 4V20a.5.5 0 0 1-.5.5H7a.5.5 0 0 1-.5-.5V4a.5.5 0 0 1 .5-.5zM13.500 3.500V8H18");
export const MenuIcon = icon("M4.500 7h15M4.500 12h15M4.500 17h15");
export const TimerIcon = icon("M12 21a8 8 0 1 0 0-16 8 8 0 0 0 0 16zM12 9v4.500l2.500 1.500M9.500 2.500h5");
export const HandIcon = icon("M8 12V6a1.500 1.500 0 0 1 3 0v5-6.500a1.500 1.500 0 0 1 3 0V11 6a1.500 1.500 0 0 1 3 0v8c0 4-2.500 6.500-5.500 6.500-2.500 0-4-1-5.500-3.500l-2.500-4c-.8-1.500 1-2.700 2.200-1.500z");
export const PlayIcon = icon("M7 5v14l11.500-7z", { filled: true, along: true });
export const PauseIcon = icon("M8.500 5.500v13M15.500 5.500v13");
export const SkipIcon = icon("M6 6v12l9-6zM18 6v12", { along: true });
export const StopIcon = icon("M7 7h10v10H7z");
export const BoardIcon = icon("M4 5h16v11H4zM12 16v3M8.500 20 12 16.500l3.500 3.500M8 12c1.500-3 3 1 4-1s2 0 3-1.500");
export const BulletsIcon = icon("M9 6.500h11M9 12h11M9 17.500h11M4.500 6.500h.01M4.500 12h.01M4.500 17.500h.01", { along: true });
export const NumbersIcon = icon("M10 6.500h10M10 12h10M10 17.500h10M4 5l1.500-1v5M4 14.500c.5-1 2.500-1 2.500.3 0 1.200-2.500 2-2.500 3.200h2.500", { along: true });
export const QuoteIcon = icon("M9.500 7C6.500 8 5 10 5 13.500V17h4.500v-4.500H7M18.500 7c-3 1-4.500 3-4.500 6.500V17h4.500v-4.500H16");
export const LinkIcon = icon("M10 14a4 4 0 0 0 5.700 0l3-3A4 4 0 0 0 13 5.300l-1 1M14 10a4 4 0 0 0-5.700 0l-3 3a4 4 0 0 0 5.700 5.700l1-1");
export const UndoIcon = icon("M8.500 6 4.500 10l4 4M5 10h9a5 5 0 0 1 0 10h-3", { along: true });
export const RedoIcon = icon("M15.500 6l4 4-4 4M19 10h-9a5 5 0 0 0 0 10h3", { along: true });
export const CursorIcon = icon("M6 4l12.500 7-5.500 1.500L10 18z");
export const MoveIcon = icon("M12 4v16M4 12h16M12 4 9.500 6.500M12 4l2.500 2.500M12 20l-2.500-2.500M12 20l2.500-2.500M4 12l2.500-2.500M4 12l2.500 2.500M20 12l-2.500-2.500M20 12l-2.500 2.500");
export const PenIcon = icon("M4.500 19.500 6 14.500 16 4.500l3.500 3.500-10 10zM14 6.500 17.500 10");
export const LineIcon = icon("M5 19 19 5");
export const BoxIcon = icon("M4.500 6h15v12h-15z");
export const CircleIcon = icon("M12 18.500c4.500 0 8-2.900 8-6.500s-3.500-6.500-8-6.500S4 8.400 4 12s3.500 6.500 8 6.500z");
export const LetterIcon = icon("M5 7V5h14v2M12 5v14M9.500 19h5");
export const EraserIcon = icon("M8.500 19.500 4 15 14 5l6 6-8.500 8.500zM9.500 9.500l6 6M8.500 19.500H20");
export const TrashIcon = icon("M5 7h14M10 7V4.500h4V7M7 7l1 13h8l1-13M10.500 10.500v6M13.500 10.500v6");
export const ZoomInIcon = icon("M10.500 17a6.500 6.500 0 1 0 0-13 6.500 6.500 0 0 0 0 13zM15.500 15.500 20 20M10.500 8v5M8 10.500h5");
export const ZoomOutIcon = icon("M10.500 17a6.500 6.500 0 1 0 0-13 6.500 6.500 0 0 0 0 13zM15.500 15.500 20 20M8 10.500h5");
export const FitIcon = icon("M4.500 9V4.500H9M15 4.500h4.500V9M19.500 15v4.500H15M9 19.500H4.500V15");
export const PhoneIcon = icon("M6 4h3.500l1.500 4.500-2 1.500a11 11 0 0 0 5 5l1.500-2 4.500 1.500V18a2 2 0 0 1-2 2A14.500 14.500 0 0 1 4 6a2 2 0 0 1 2-2z");
export const HangUpIcon = icon("M3.500 13.500C8 9 16 9 20.500 13.500l-2 2.500-4-1.500v-2.300a11 11 0 0 0-5 0v2.300l-4 1.500z");
export const MicIcon = icon("M12 14.500a3 3 0 0 0 3-3v-5a3 3 0 0 0-6 0v5a3 3 0 0 0 3 3zM6 11.500a6 6 0 0 0 12 0M12 17.500v3");
export const MicOffIcon = icon("M9 9V6.500a3 3 0 0 1 6 0v5M9 12a3 3 0 0 0 4.500 2.200M6 11.500a6 6 0 0 0 9.500 4.800M18 11.500c0 .8-.1 1.500-.4 2.200M12 17.500v3M4.500 4.500l15 15");
export const CameraIcon = icon("M4.500 7h9a1 1 0 0 1 1 1v8a1 1 0 0 1-1 1h-9a1 1 0 0 1-1-1V8a1 1 0 0 1 1-1zM14.500 11l6-3v8l-6-3z");
export const CameraOffIcon = icon("M7.500 7h6a1 1 0 0 1 1 1v5.500M14 16.700c-.1.200-.3.300-.5.300h-9a1 1 0 0 1-1-1V8c0-.5.300-.9.800-1M14.500 11l6-3v8l-4.500-2.200M4.500 4l15 15.500");
export const ScreenIcon = icon("M4 5h16v11H4zM9 20h6M12 16v4M12 13V8.500M9.800 10.500 12 8.300l2.200 2.200");
export const GrowIcon = icon("M14 4.500h5.500V10M19.500 4.500 13.500 10.500M10 19.500H4.500V14M4.500 19.500l6-6");
export const ShrinkIcon = icon("M19.500 10H14V4.500M14 10l6-6M4.500 14H10v5.500M10 14l-6 6");
export const GaugeIcon = icon("M4 17a8.500 8.500 0 1 1 16 0M12 15l4-5.500M12 15h.01");
export const ArrowIcon = icon("M5 19 19 5M10.500 5H19v8.500");
export const PresentIcon = icon("M4 5h16v10H4zM12 15v3M8.500 20.500 12 18l3.500 2.500");
export const UnlockIcon = icon("M7 10.500h10a1 1 0 0 1 1 1V18a1 1 0 0 1-1 1H7a1 1 0 0 1-1-1v-6.500a1 1 0 0 1 1-1zM8.500 10.500V8a3.500 3.500 0 0 1 6.800-1.200");
