package ostler.agent.journal;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import ostler.inventory.BootId;
import ostler.inventory.ChainHash;
import ostler.inventory.SignedWipe;
import ostler.inventory.Tenant;
import ostler.inventory.UnitId;
import ostler.inventory.UnitOrder;
import ostler.inventory.WipeId;
import ostler.inventory.WipeStep;

/**
 * All that the agent remembers of one unit. Each change makes a new one, which is on disk before
 * anything is done on the strength of it.
 *
 * @param order the newest order taken up
 * @param ordered whether the allocator still orders anything; if not, the unit is left alone
 * @param managed whether it was bound for tenants and not given back; after a boot such a unit is
 *     bound again
 * @param tenant the only one who may have had it since its last wipe; set before the permit is
 *     given, and so true also where the agent died in between
 * @param clean present only from a clean wipe until the next tenant, boot or surprise; its absence
 *     means dirty
 * @param work a run of a root program whose end is not known
 * @param wedged the boot in which an operation on the unit never came back
 * @param run a wipe without a record yet
 * @param lastWipe how the last wipe ended
 * @param head of the unit's chain of wipe records, the pending one included
 * @param pending the last record, until the allocator has answered it
 * @param making of a typed slice: which one may be on the host; such a unit is managed exactly
 *     while there is one
 * @param cut of a whole unit that its vendor's driver cuts into slices
 */
public record UnitMemory(
    UnitOrder order,
    boolean ordered,
    boolean managed,
    Optional<Tenant> tenant,
    Optional<CleanMark> clean,
    Optional<Work> work,
    Optional<BootId> wedged,
    Optional<WipeRun> run,
    Optional<WipeEnd> lastWipe,
    ChainHash head,
    Optional<SignedWipe> pending,
    Optional<Making> making,
    Optional<Cut> cut) {

  public UnitMemory {
    Objects.requireNonNull(order);
    Objects.requireNonNull(tenant);
    Objects.requireNonNull(clean);
    Objects.requireNonNull(work);
    Objects.requireNonNull(wedged);
    Objects.requireNonNull(run);
    Objects.requireNonNull(lastWipe);
    Objects.requireNonNull(head);
    Objects.requireNonNull(pending);
    Objects.requireNonNull(making);
    Objects.requireNonNull(cut);
    if (clean.isPresent() && tenant.isPresent()) {
      throw new IllegalArgumentException("a unit is never clean while a tenant may have it");
    }
  }

  /** A unit that the agent hears of for the first time: dirty, and nobody's that it knows of. */
  public static UnitMemory of(UnitOrder order) {
    return new UnitMemory(
        order,
        true,
        false,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        order.chainHead(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  public UnitId unit() {
    return order.unit();
  }

  /**
   * The unit under a newer order. An order of a later epoch comes from an allocator whose database
   * was restored: what it knows of the chain then counts, and a record it never got is lost to it.
   */
  public UnitMemory taking(UnitOrder newer) {
    Draft draft = new Draft(this);
    draft.order = newer;
    draft.ordered = true;
    if (newer.fence().epoch() > order.fence().epoch()) {
      draft.head = newer.chainHead();
      draft.pending = Optional.empty();
    }
    return draft.done();
  }

  public UnitMemory noLongerOrdered() {
    Draft draft = new Draft(this);
    draft.ordered = false;
    return draft.done();
  }

  /** Before a root program is started. */
  public UnitMemory beginning(Work begun) {
    Draft draft = new Draft(this);
    draft.work = Optional.of(begun);
    return draft.done();
  }

  /** After a root program has answered. */
  public UnitMemory ended() {
    Draft draft = new Draft(this);
    draft.work = Optional.empty();
    return draft.done();
  }

  public UnitMemory wedgedIn(BootId boot) {
    Draft draft = new Draft(this);
    draft.wedged = Optional.of(boot);
    draft.clean = Optional.empty();
    return draft.done();
  }

  /** Bound for tenants; how clean it is does not change. */
  public UnitMemory bound() {
    Draft draft = new Draft(this);
    draft.managed = true;
    return draft.done();
  }

  /** What was begun to be bound is as it was. */
  public UnitMemory notBound() {
    Draft draft = new Draft(this);
    draft.managed = false;
    return draft.done();
  }

  /** Before the permit is given: from here on the unit is dirty with that tenant's data. */
  public UnitMemory permitting(Tenant to) {
    Draft draft = new Draft(this);
    draft.tenant = Optional.of(to);
    draft.clean = Optional.empty();
    return draft.done();
  }

  /** Taken back from its tenant, and dirty. */
  public UnitMemory forbidden() {
    Draft draft = new Draft(this);
    draft.tenant = Optional.empty();
    return draft.done();
  }

  /** Before a slice is made: from here on it may be on the host. */
  public UnitMemory making(Making begun) {
    Draft draft = new Draft(this);
    draft.managed = true;
    draft.making = Optional.of(begun);
    draft.clean = Optional.empty();
    return draft.done();
  }

  /** The slice was destroyed, and its id is used up. */
  public UnitMemory destroyed() {
    Draft draft = new Draft(this);
    draft.managed = false;
    draft.making = Optional.empty();
    draft.clean = Optional.empty();
    return draft.done();
  }

  /**
   * With its vendor's driver, to be cut into slices; nothing shown of its memory holds any more.
   */
  public UnitMemory cutting(Cut now) {
    Draft draft = new Draft(this);
    draft.cut = Optional.of(now);
    draft.clean = Optional.empty();
    return draft.done();
  }

  /** Nothing is cut out of it any more; it is dirty with what was. */
  public UnitMemory uncut() {
    Draft draft = new Draft(this);
    draft.cut = Optional.empty();
    draft.clean = Optional.empty();
    return draft.done();
  }

  public UnitMemory givenBack() {
    Draft draft = new Draft(this);
    draft.managed = false;
    draft.clean = Optional.empty();
    return draft.done();
  }

  /** Somebody had or may have had it who should not: it is dirty, whatever was shown before. */
  public UnitMemory noLongerClean() {
    Draft draft = new Draft(this);
    draft.clean = Optional.empty();
    return draft.done();
  }

  /** A wipe begins with its first step: until its record, the unit is dirty. */
  public UnitMemory wiping(WipeRun begun) {
    Draft draft = new Draft(this);
    draft.run = Optional.of(begun);
    draft.clean = Optional.empty();
    return draft.done();
  }

  /** More steps of the wipe that runs. */
  public UnitMemory stepped(List<WipeStep> more) {
    WipeRun begun = run.orElseThrow();
    List<WipeStep> steps = new ArrayList<>(begun.steps());
    steps.addAll(more);
    Draft draft = new Draft(this);
    draft.run = Optional.of(new WipeRun(begun.wipe(), begun.started(), steps));
    return draft.done();
  }

  /** The wipe's record is written: clean in this boot if it did not fail. */
  public UnitMemory wiped(SignedWipe record, WipeEnd end, BootId boot) {
    Draft draft = new Draft(this);
    draft.run = Optional.empty();
    draft.lastWipe = Optional.of(end);
    draft.pending = Optional.of(record);
    draft.head = record.hash();
    draft.clean =
        end.failure().isEmpty() ? Optional.of(new CleanMark(end.wipe(), boot)) : Optional.empty();
    return draft.done();
  }

  /** Whether the record that waits for an answer is of that wipe. */
  public boolean isPending(WipeId wipe) {
    return pending.isPresent() && lastWipe.filter(end -> end.wipe().equals(wipe)).isPresent();
  }

  /** The allocator took the pending record into the unit's chain. */
  public UnitMemory accepted() {
    Draft draft = new Draft(this);
    draft.pending = Optional.empty();
    return draft.done();
  }

  /** The allocator refused the pending record: it is in no chain and makes nothing clean. */
  public UnitMemory refused(WipeEnd.Failure why) {
    Draft draft = new Draft(this);
    draft.head = pending.orElseThrow().prevHash();
    draft.pending = Optional.empty();
    draft.clean = Optional.empty();
    draft.lastWipe = lastWipe.map(end -> new WipeEnd(end.wipe(), Optional.of(why)));
    return draft.done();
  }

  /** A copy in the making; it leaves this package only when it is whole. */
  private static final class Draft {

    private UnitOrder order;
    private boolean ordered;
    private boolean managed;
    private Optional<Tenant> tenant;
    private Optional<CleanMark> clean;
    private Optional<Work> work;
    private Optional<BootId> wedged;
    private Optional<WipeRun> run;
    private Optional<WipeEnd> lastWipe;
    private ChainHash head;
    private Optional<SignedWipe> pending;
    private Optional<Making> making;
    private Optional<Cut> cut;

    Draft(UnitMemory from) {
      order = from.order;
      ordered = from.ordered;
      managed = from.managed;
      tenant = from.tenant;
      clean = from.clean;
      work = from.work;
      wedged = from.wedged;
      run = from.run;
      lastWipe = from.lastWipe;
      head = from.head;
      pending = from.pending;
      making = from.making;
      cut = from.cut;
    }

    UnitMemory done() {
      return new UnitMemory(
          order, ordered, managed, tenant, clean, work, wedged, run, lastWipe, head, pending,
          making, cut);
    }
  }
}
