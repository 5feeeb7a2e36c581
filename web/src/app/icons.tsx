// The few icons, drawn as paths: nothing is loaded from elsewhere.

function Icon({ path, filled = false }: { path: string; filled?: boolean }) {
    return (
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" fill={filled ? "currentColor" : "none"} stroke="currentColor"
            stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round">
            <path d={path} />
        </svg>
    );
}

export const HeartIcon = ({ filled }: { filled: boolean }) => (
    <Icon filled={filled} path="M12 20s-7.5-4.6-7.5-10A4.3 4.3 0 0 1 12 7.2 4.3 4.3 0 0 1 19.5 10c0 5.4-7.5 10-7.5 10z" />
);
export const BubbleIcon = () => (
    <Icon path="M5 5.5h14A1.5 1.5 0 0 1 20.5 7v8.5A1.5 1.5 0 0 1 19 17h-7l-4.5 3.5V17H5a1.5 1.5 0 0 1-1.5-1.5V7A1.5 1.5 0 0 1 5 5.5z" />
);
export const LockIcon = () => (
    <Icon path="M7 10.5h10a1 1 0 0 1 1 1V18a1 1 0 0 1-1 1H7a1 1 0 0 1-1-1v-6.5a1 1 0 0 1 1-1zM8.5 10.5V8a3.5 3.5 0 0 1 7 0v2.5" />
);
export const HomeIcon = () => <Icon path="M4.5 11 12 4.5 19.5 11v8a1 1 0 0 1-1 1h-4v-5h-5v5h-4a1 1 0 0 1-1-1z" />;
