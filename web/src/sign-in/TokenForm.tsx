import { useState } from "preact/hooks";

import { signInWith } from "../app/wire";

export function TokenForm() {
    const [token, setToken] = useState("");
    const pasted = token.trim();
    return (
        <form
            class="card token-form"
            onSubmit={(event) => {
                event.preventDefault();
                if (pasted) signInWith(pasted, null);
            }}
        >
            <h1>Sign in</h1>
            <p class="lead" id="token-help">
                Paste a token of your school's platform. An operator makes one with <code>homeroom token USER</code>.
            </p>
            <label for="token">Token</label>
            <textarea
                id="token"
                class="text-field token"
                rows={4}
                spellcheck={false}
                autocomplete="off"
                aria-describedby="token-help"
                value={token}
                onInput={(event) => setToken(event.currentTarget.value)}
                data-testid="token"
            />
            <div class="form-foot">
                <button type="submit" class="primary" disabled={!pasted} data-testid="token-send">
                    Sign in
                </button>
            </div>
        </form>
    );
}
