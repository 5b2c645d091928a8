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
 *       {@code mdev}, {@code vendor-vf}, {@code sriov-vf}; {@code function} where it is made on a
 *       virtual function, always for the latter two; {@code type}, the host's name or number of it,
 *       but for {@code sriov-vf}; optionally {@code name}, and then a type of another name is
 *       refused; optionally {@code define} for mdevctl. Answers {@code slice} (below) and {@code
 *       offers}.
 *   <li>{@code remove} (order): {@code slice}. Answers {@code slice} and {@code offers}. What is
 *       not there is removed already.
 *   <li>{@code functions} (order): {@code count}. Answers {@code asked}, {@code have} and {@code
 *       functions}, those that there are.
 *   <li>{@code restore}: makes again what the books have. Answers {@code restored}, {@code failed}
 *       (each {@code slice}, {@code code}, {@code message}) and {@code offers}.
 *   <li>{@code list}: of one {@code parent}, or of all in the books. Answers {@code parents}, each
 *       with {@code parent}, {@code driver}, {@code total_functions}, {@code functions}, {@code
 *       asked_functions} {@code {"asked","have"}}, {@code restore_needed}, {@code slices} (below,
 *       with {@code seen}: there, absent or other, and {@code used}), {@code foreign} (each {@code
 *       kind}, {@code place}, {@code uuid}, {@code type}), {@code offers}, {@code fence} (the
 *       newest), and {@code problem} where it could not be looked at.
 * </ul>
 *
 * <p>A slice is {@code slice}, {@code kind}, {@code function}, {@code type}, {@code name}, {@code
 * define}, {@code phase} (creating, live, removing), {@code fence}, {@code by_hand}. An offer is
 * {@code kind}, {@code type}, {@code name}, {@code description}, {@code device_api}, {@code
 * available} (how many more may be made), {@code available_on_host}, {@code limit} (the operator's)
 * and {@code places}. What is absent is left out. A refusal has {@code code} and exit code of
 * {@link ostler.root.Code}, {@code message} and {@code detail}.
 */
package ostler.mdev;
