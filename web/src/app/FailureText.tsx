export function FailureText({ text }: { text: string }) {
    if (!text) return null;
    return (
        <p class="failure" role="alert" data-testid="failure">
            {text}
        </p>
    );
}
