/**
 * The small root program that creates and removes slices.
 *
 * <p>One JSON object on standard input, one line back, as {@code ostler-vfio} does it. Every
 * request has {@code v} (1), {@code verb}, {@code op} (a UUID that comes back) and, but for {@code
 * list}, {@code parent}: the address of the physical function. Orders have {@code fence} {@code
 * {"epoch","number"}}, or {@code offline} {@code {"reason"}} by hand.
 *
 * <ul>
 *   <li>{@code create} (order): {@code slice}, a random UUID of the caller's; {@code kind}, one of
 *       {@code mdev}, {@code vendor-vf}, {@code sriov-vf}, {@code mig}; {@code function} where it
 *       is made on a virtual function, always for {@code vendor-vf} and {@code sriov-vf}; {@code
 *       type}, the host's name or number of it, but for {@code sriov-vf}; optionally {@code name},
 *       and then a type of another name is refused; optionally {@code define} for mdevctl;
 *       optionally {@code placement} {@code {"start","size"}} for MIG, chosen here otherwise.
 *       Answers {@code slice} (below), {@code guarded} and {@code offers}. It needs the guard for a
 *       slice that has a vfio group, which the guard has open when this comes back, unless somebody
 *       may have it.
 *   <li>{@code remove} (order): {@code slice}. Answers {@code slice} and {@code offers}. What is
 *       not there is removed already. One that somebody may have is refused.
 *   <li>{@code permit} (order, with a fence alone): {@code slice} and {@code claim} {@code {"id",
 *       "project", "consumer": {"source", "type", "id"}}}. That is on disk before the guard lets
 *       go. Answers {@code slice} and {@code guarded}, false.
 *   <li>{@code forbid} (order): {@code slice}. Takes the permit back once nobody has the slice
 *       open, which the guard's own opening proves, or NVML says for a MIG instance. Answers {@code
 *       slice} and {@code guarded}; false only where the slice is not on the host, or is of a kind
 *       without a vfio group.
 *   <li>{@code functions} (order): {@code count}. Answers {@code asked}, {@code have} and {@code
 *       functions}, those that there are.
 *   <li>{@code restore}: makes again what the books have, guarded or permitted as it was. Answers
 *       {@code restored}, {@code failed} (each {@code slice}, {@code code}, {@code message}) and
 *       {@code offers}.
 *   <li>{@code list}: of one {@code parent}, or of all in the books. Answers {@code parents}, each
 *       with {@code parent}, {@code driver}, {@code total_functions}, {@code functions}, {@code
 *       asked_functions} {@code {"asked","have"}}, {@code restore_needed}, {@code slices} (below,
 *       with {@code seen}: there, absent, half or other, {@code holders}, each {@code pid}, {@code
 *       command}, {@code file}, {@code holders_known}, and for MIG {@code handle}, the UUID that
 *       programs are given), {@code foreign} (each {@code kind}, {@code place}, {@code uuid},
 *       {@code type}, {@code placement}), {@code offers}, {@code fence} (the newest), and {@code
 *       problem} where it could not be looked at.
 * </ul>
 *
 * <p>By an operator's hand alone, on the command line: {@code mig-mode PARENT on|off --offline
 * --reason TEXT}. Answers {@code mig} and {@code pending}.
 *
 * <p>A slice is {@code slice}, {@code kind}, {@code function}, {@code type}, {@code name}, {@code
 * placement}, {@code define}, {@code phase} (creating, live, removing), {@code fence}, {@code
 * by_hand}, {@code permit} {@code {"claim","closing"}}. An offer is {@code kind}, {@code type},
 * {@code name}, {@code description}, {@code device_api}, {@code available} (how many more may be
 * made), {@code available_on_host}, {@code limit} (the operator's) and {@code places}, and for MIG
 * {@code placements} on an empty card. What is absent is left out. A refusal has {@code code} and
 * exit code of {@link ostler.root.Code}, {@code message} and {@code detail}.
 */
package ostler.mdev;
