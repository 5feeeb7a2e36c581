import { useState } from "preact/hooks";

import { enter } from "../app/homeroom";
import { t } from "../strings";

export function TokenForm() {
    const [token, setToken] = useState("");
    const pasted = token.trim();
    return (
        <form
            class="card token-form"
            onSubmit={(event) => {
                event.preventDefault();
                if (pasted) enter({ token: pasted, demoUser: null });
            }}
        >
            <h1>{t().signIn.title}</h1>
            <p class="lead" id="token-help">
                {t().signIn.token} <code>homeroom token USER</code>
            </p>
            <label for="token">{t().signIn.tokenLabel}</label>
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
                    {t().signIn.title}
                </button>
            </div>
        </form>
    );
}
