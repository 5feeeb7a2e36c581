import { expect, it } from "vitest";

import { colourOf, initials } from "./Avatar";

it("takes the first letters of the first and the last name", () => {
    expect(initials("Ada Lovelace")).toBe("AL");
    expect(initials("  ada  king of lovelace ")).toBe("AL");
    expect(initials("Plato")).toBe("P");
    expect(initials("")).toBe("?");
    expect(initials("𝒜da 李")).toBe("𝒜李");
});

it("gives a person one colour", () => {
    expect(colourOf("ada")).toBe(colourOf("ada"));
    expect(new Set(["a", "b", "c", "d", "e"].map(colourOf)).size).toBeGreaterThan(1);
});
