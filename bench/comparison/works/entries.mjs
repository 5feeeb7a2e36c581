// What the works are made of. An entry is one server doing one thing, once a round:
//
//   id       unique in its work
//   label    in tables
//   server   as servers.mjs takes it
//   scenario, args   of `homeroom bench`; args(context) may look at context.round, the results of this round by id
//   run      instead of a scenario: context → a result
//   also     context → what is added to the result
//   phase    entries of a later phase come after all of an earlier one; within one, the order changes with the round
//   against  { bare, node }: the entries it is compared with
//   options  { isPinned, seconds }
//
// A work has
//
//   columns or measures, ratioOf   of its table: see tables.mjs
//   message        what it counts, where the page is to say what one costs in the kernel and out of it
//   lengths        where the peers' frames are to be as long as Homeroom's: see frame_lengths.mjs; context.lengths is what it found
//   setUp, takes   how long its runs take: see estimate.mjs

// The transport alone, all with the same 128 bytes: `msg(data)`.
export function transport(scenario, args, more = {}) {
    const entry = (id, label, kind, against) => ({
        id: (more.prefix ?? "") + id,
        label: (more.labelPrefix ?? "") + label,
        server: { kind },
        scenario,
        args: typeof args === "function" ? (context) => args(context, id) : () => args,
        phase: more.phase,
        against: Object.fromEntries(
            Object.entries(against).map(([name, other]) => [name, (more.prefix ?? "") + other]),
        ),
    });
    return [
        entry("bare", "bare", "bare", {}),
        entry("library", "library", "library", { bare: "bare", node: "node" }),
        entry("node", "Node", "node", { bare: "bare" }),
    ];
}

// A post in Homeroom, which is stored and journalled first, against bare fan-out of frames as long as its. Works with them
// have `lengths: lengthsOfPosts`.
export function posts(scenario, args, more = {}) {
    const prefix = more.prefix ?? "";
    const of = (id) => (context) => (typeof args === "function" ? args(context, id) : args);
    const long = (id) => (context) => ["--payload", context.lengths.payload, ...of(id)(context)];
    return [
        {
            id: `${prefix}homeroom`,
            label: `${more.labelPrefix ?? ""}Homeroom`,
            server: { kind: "homeroom" },
            scenario,
            args: (context) => [...(more.homeroomArgs ?? []), ...of("homeroom")(context)],
            phase: more.phase,
            against: { bare: `${prefix}bare_long`, node: `${prefix}node_long` },
        },
        {
            id: `${prefix}bare_long`,
            label: `${more.labelPrefix ?? ""}bare, frames as long`,
            server: { kind: "bare" },
            scenario,
            args: long("bare_long"),
            phase: more.phase,
            against: {},
        },
        {
            id: `${prefix}node_long`,
            label: `${more.labelPrefix ?? ""}Node, frames as long`,
            server: { kind: "node" },
            scenario,
            args: long("node_long"),
            phase: more.phase,
            against: { bare: `${prefix}bare_long` },
        },
    ];
}
