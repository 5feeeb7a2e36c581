// The few icons, drawn as paths: nothing is loaded from elsewhere.

function Icon({ path, filled = false, width = 1.8 }: { path: string; filled?: boolean; width?: number }) {
    return (
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" fill={filled ? "currentColor" : "none"} stroke="currentColor"
            stroke-width={width} stroke-linecap="round" stroke-linejoin="round">
            <path d={path} />
        </svg>
    );
}

const icon = (path: string, filled = false) => () => <Icon path={path} filled={filled} />;

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
export const SendIcon = icon("M4.500 12 20 4.500 15 20l-3.500-6.500zM11.500 13.500 20 4.500");
export const BackIcon = icon("M14.500 5.500 8 12l6.500 6.500");
export const CheckIcon = icon("M5 12.500 10 17.500 19.500 7");
export const PlusIcon = icon("M12 5v14M5 12h14");
export const CloseIcon = icon("M6.500 6.500l11 11M17.500 6.500l-11 11");
export const FlagIcon = icon("M6 20V5c4-2 7 2 12 0v9c-5 2-8-2-12 0");
export const FileIcon = icon("M7 3.500h7l4 4V20a.5.5 0 0 1-.5.5H7a.5.5 0 0 1-.5-.5V4a.5.5 0 0 1 .5-.5zM13.500 3.500V8H18");
export const MenuIcon = icon("M4.500 7h15M4.500 12h15M4.500 17h15");
