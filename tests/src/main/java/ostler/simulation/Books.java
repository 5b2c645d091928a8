package ostler.simulation;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import ostler.allocator.engine.UnitEvent;
import ostler.allocator.engine.UnitState;
import ostler.inventory.BootId;
import ostler.inventory.ClaimId;
import ostler.inventory.Fence;
import ostler.inventory.HostName;
import ostler.pci.PciAddress;

/**
 * What is committed in the database, read with a connection and statements of its own after each
 * commit, against what is true and against what was committed before. It recounts from claims, and
 * never asks the product.
 */
final class Books {

  private static final int CHECKS_BETWEEN_AUDITS = 40;

  /** What a whole device weighs in the ledger. */
  private static final long WHOLE = 5040;

  private static final Pattern KEPT_FOR =
      Pattern.compile("permitted to .* of claim ([0-9a-f-]{36})");
  private static final Pattern STEP = Pattern.compile("^([A-Z_]+) -> [A-Z_]+ on ([A-Z_]+)");

  private final MemoryDatabase database;
  private final Truth truth;
  private final List<PhysicalHost> hosts;
  private final Map<UUID, Share> shares = new HashMap<>();
  private final Map<String, Long> rows = new TreeMap<>();
  private Connection connection;
  private Map<UUID, UnitRow> units = new LinkedHashMap<>();
  private Map<ClaimId, ClaimRow> claims = new LinkedHashMap<>();
  private Map<String, Long> used = new HashMap<>();
  private final Map<String, Long> revisions = new HashMap<>();
  private final Map<Share, BootId> abandonedIn = new HashMap<>();
  private Set<String> closed = Set.of();
  private long newestEvent;
  private int checks;

  /**
   * A unit as it is committed.
   *
   * @param restored whether it is as it is since a restore
   * @param abandoned the boot in which a claim lost it without proof, until there is another
   * @param goesTo what its time goes to
   * @param keptFor the claim for which its host keeps it, as it says, though it is ordered
   *     otherwise
   * @param parent what it is a slice of; empty where it is whole
   * @param shared whether it is cut for several projects at a time
   */
  record UnitRow(
      UUID id,
      UnitState state,
      Optional<ClaimId> claim,
      long epoch,
      long fence,
      String host,
      boolean wedged,
      boolean leaving,
      boolean restored,
      Optional<BootId> abandoned,
      String goesTo,
      Optional<ClaimId> keptFor,
      Optional<UUID> parent,
      boolean quarantined,
      boolean shared) {

    boolean isWhole() {
      return parent.isEmpty();
    }
  }

  /**
   * What an applied layout asks for.
   *
   * @param parts of the card that its slices take together, which may be more than it has
   */
  record Asked(long slices, long parts) {}

  /** A claim that is not over. */
  record ClaimRow(ClaimId id, String project, String state, String consumer, boolean adopted) {}

  Books(MemoryDatabase database, Truth truth, List<PhysicalHost> hosts) throws SQLException {
    this.database = database;
    this.truth = truth;
    this.hosts = hosts;
    this.connection = database.connect();
  }

  /** The rows of the lifecycle that were taken, and how often. */
  Map<String, Long> rows() {
    return rows;
  }

  /** The revision of a host's orders. */
  long revision(HostName host) {
    return revisions.getOrDefault(host.value(), 0L);
  }

  Map<UUID, UnitRow> units() {
    return units;
  }

  Map<ClaimId, ClaimRow> claims() {
    return claims;
  }

  Optional<Share> share(UUID unit) {
    return Optional.ofNullable(shares.get(unit));
  }

  /** The cards and slices that the claim has, as far as is committed. */
  List<Share> sharesOf(ClaimId claim) {
    return units.values().stream()
        .filter(unit -> unit.claim().equals(Optional.of(claim)))
        .map(unit -> shares.get(unit.id()))
        .toList();
  }

  /** Something was committed. */
  void check() throws SQLException {
    Map<UUID, UnitRow> now = readUnits();
    Map<ClaimId, ClaimRow> live = readClaims();
    for (UnitRow unit : now.values()) {
      moved(Optional.ofNullable(units.get(unit.id())), unit);
    }
    claims.keySet().stream().filter(id -> !live.containsKey(id)).forEach(truth::over);
    units = now;
    claims = live;
    readHosts();
    claimsAgree();
    parentsServeOne();
    quotaHolds();
    ledgerIsOpen();
    cardsWeighOne();
    checks++;
    if (checks % CHECKS_BETWEEN_AUDITS == 0) {
      audit();
    }
  }

  private void readHosts() throws SQLException {
    Set<String> now = new HashSet<>();
    for (Object[] row :
        query("SELECT name, revision, admin <> 'ENABLED' OR draining OR fenced FROM host")) {
      revisions.put((String) row[0], (Long) row[1]);
      if ((Boolean) row[2]) {
        now.add((String) row[0]);
      }
    }
    closed = now;
  }

  /** An older copy was put in the place of all that was committed. */
  void restored() throws SQLException {
    units = readUnits();
    claims = readClaims();
    abandonedIn.clear();
    readHosts();
    used = usedByClaims();
    newestEvent = (Long) query("SELECT COALESCE(MAX(id), 0) FROM event").get(0)[0];
    for (UnitRow unit : units.values()) {
      Share card = shares.get(unit.id());
      unit.claim()
          .ifPresentOrElse(
              claim -> truth.restoredTo(card, claim), () -> truth.restoredToNobody(card));
    }
  }

  void disconnect() throws SQLException {
    connection.close();
  }

  void reconnect() throws SQLException {
    connection = database.connect();
  }

  private void moved(Optional<UnitRow> before, UnitRow now) {
    Share card = shares.get(now.id());
    Optional<ClaimId> had = before.flatMap(UnitRow::claim);
    if (!had.equals(now.claim())) {
      if (had.isPresent() && now.claim().isPresent()) {
        throw new Violation(
            Promise.ONE_TENANT_AT_A_TIME,
            card
                + " was given to claim "
                + now.claim().get()
                + " while claim "
                + had.get()
                + " has it");
      }
      had.ifPresent(claim -> lost(card, claim, now));
      now.claim().ifPresent(claim -> granted(card, claim, now));
    }
    if (now.state() == UnitState.RELEASING && !truth.isReleaseAsked(now.claim().orElseThrow())) {
      throw new Violation(
          Promise.OBSERVATION_NEVER_FREES,
          card + " is to leave claim " + now.claim().get() + ", whose release nobody asked for");
    }
    UnitState was = before.map(UnitRow::state).orElse(UnitState.UNMANAGED);
    if (was == now.state()) {
      before.ifPresent(old -> stayed(old, now));
      return;
    }
    isOfAnotherBoot(card, now.state());
    if (now.state() == UnitState.CLEAN) {
      isReallyClean(card);
    }
    before.ifPresent(old -> fenceGrows(card, old, now));
  }

  private static void isReallyClean(Share share) {
    Optional<ClaimId> owner =
        share.secret.or(
            () -> share instanceof Card card ? card.traces.stream().findFirst() : Optional.empty());
    if (owner.isPresent()) {
      throw new Violation(
          Promise.NEVER_DIRTY, share + " is called clean with the data of claim " + owner.get());
    }
    if (share instanceof Slice slice && slice.id.isEmpty()) {
      throw new Violation(Promise.NEVER_DIRTY, share + " is called clean, and was never made");
    }
  }

  private void lost(Share card, ClaimId claim, UnitRow now) {
    if (now.abandoned().isPresent()) {
      truth.abandoned(card, claim);
      abandonedIn.put(card, now.abandoned().get());
    } else {
      truth.freed(card, claim);
    }
  }

  private void granted(Share card, ClaimId claim, UnitRow now) {
    truth.granted(card, claim);
    // Writing down who has it anyway gives nothing out.
    if (now.state() == UnitState.PREPARING && closed.contains(now.host())) {
      throw new Violation(
          Promise.WHAT_IS_CLOSED_GIVES_NOTHING,
          card + " was given to claim " + claim + " by a host that gives nothing out");
    }
  }

  /** What was taken from a claim without proof is touched in another boot at the earliest. */
  private void isOfAnotherBoot(Share card, UnitState now) {
    BootId before = abandonedIn.get(card);
    if (before == null || now == UnitState.DIRTY) {
      return;
    }
    boolean same =
        hosts.stream()
            .anyMatch(host -> host.name().equals(card.host()) && host.boot().equals(before));
    if (same) {
      throw new Violation(
          Promise.ONE_TENANT_AT_A_TIME,
          card + " is " + now + " in the boot in which it was taken from a claim without proof");
    }
    abandonedIn.remove(card);
  }

  /** The rows of the lifecycle that leave a unit's state as it is; no event tells of them. */
  private void stayed(UnitRow before, UnitRow now) {
    if (now.fence() == before.fence() && now.epoch() == before.epoch()) {
      return;
    }
    boolean stays = now.state() != UnitState.DIRTY && now.state() != UnitState.SLICED;
    UnitEvent event =
        stays || (now.restored() && now.epoch() > before.epoch())
            ? UnitEvent.REORDER
            : now.leaving() && !before.leaving() ? UnitEvent.FORGET : UnitEvent.RETURN;
    rows.merge(now.state() + " on " + event, 1L, Long::sum);
  }

  /** Counts the steps of which the database's own events tell. */
  private void countRows() throws SQLException {
    for (Object[] row :
        query("SELECT id, detail FROM event WHERE kind = 'unit' AND id > " + newestEvent)) {
      newestEvent = Math.max(newestEvent, (Long) row[0]);
      Matcher step = STEP.matcher((String) row[1]);
      if (step.find()) {
        rows.merge(step.group(1) + " on " + step.group(2), 1L, Long::sum);
      }
    }
  }

  private static void fenceGrows(Share card, UnitRow before, UnitRow now) {
    boolean older =
        now.epoch() < before.epoch()
            || (now.epoch() == before.epoch() && now.fence() < before.fence());
    if (older) {
      throw new Violation(
          Promise.ABSENCE_LEAVES_ALONE,
          "the fence of " + card + " went back from " + before.fence() + " to " + now.fence());
    }
  }

  private void claimsAgree() throws SQLException {
    Map<UUID, ClaimId> holders = new HashMap<>();
    for (Object[] row :
        query(
            "SELECT cu.unit_id, c.id, c.state, u.claim_id FROM claim_unit cu"
                + " JOIN claim c ON c.id = cu.claim_id JOIN unit u ON u.id = cu.unit_id"
                + " WHERE c.state NOT IN ('RELEASED', 'RELEASING') AND NOT c.adopted")) {
      UUID unit = (UUID) row[0];
      ClaimId claim = new ClaimId((UUID) row[1]);
      ClaimId other = holders.put(unit, claim);
      if (other != null) {
        throw new Violation(
            Promise.ONE_TENANT_AT_A_TIME,
            "claims " + other + " and " + claim + " both have " + shares.get(unit));
      }
      if (!row[1].equals(row[3])) {
        throw new Violation(
            Promise.OBSERVATION_NEVER_FREES,
            "claim " + claim + " is " + row[2] + ", and no longer has " + shares.get(unit));
      }
    }
    Set<ClaimId> successors = new HashSet<>();
    for (Object[] row : query("SELECT claim_id FROM claim_move")) {
      successors.add(new ClaimId((UUID) row[0]));
    }
    Set<String> consumers = new HashSet<>();
    for (ClaimRow claim : claims.values()) {
      // Of a claim that a restore lost, it lost the move, too.
      if (!claim.adopted()
          && !successors.contains(claim.id())
          && !consumers.add(claim.consumer())) {
        throw new Violation(
            Promise.A_REPEAT_CHANGES_NOTHING,
            claim.consumer() + " asked for one claim and has two, one of them " + claim.id());
      }
    }
  }

  private record Move(UUID to, UUID from, String state) {}

  /**
   * Of two sides of a move the larger one counts, for each key, until the side that is given up is
   * over; where the other one ended before it, too.
   */
  private static void countOnce(Map<UUID, Map<String, Long>> amounts, Set<UUID> over, Move move) {
    Map<String, Long> to = amounts.get(move.to());
    Map<String, Long> from = amounts.get(move.from());
    boolean confirmed = move.state().equals("CONFIRMED");
    if (!over.contains(move.to()) && !over.contains(move.from())) {
      to.replaceAll((key, amount) -> Math.max(0, amount - from.getOrDefault(key, 0L)));
    } else if (confirmed && over.contains(move.to())) {
      to.forEach((key, amount) -> from.merge(key, amount, Math::max));
    } else if (!confirmed && over.contains(move.from())) {
      from.forEach((key, amount) -> to.merge(key, amount, Math::max));
    }
  }

  /** What each node of the tree uses of each key, as its claims and promises add up to. */
  private Map<String, Long> usedByClaims() throws SQLException {
    Map<UUID, Map<String, Long>> amounts = new LinkedHashMap<>();
    Map<UUID, String> projects = new HashMap<>();
    Set<UUID> over = new HashSet<>();
    for (Object[] row :
        query(
            "SELECT c.id, c.project_id, p.alias, p.unit_count, c.state = 'RELEASED' FROM claim c"
                + " JOIN claim_part p ON p.claim_id = c.id WHERE c.state <> 'RELEASED'"
                + " OR c.id IN (SELECT claim_id FROM claim_move)"
                + " OR c.id IN (SELECT move_of FROM claim_move)"
                + " UNION ALL SELECT h.id, h.project_id, p.alias, p.unit_count, FALSE FROM hold h"
                + " JOIN hold_part p ON p.hold_id = h.id WHERE h.state = 'HELD'")) {
      projects.put((UUID) row[0], (String) row[1]);
      Map<String, Long> own = amounts.computeIfAbsent((UUID) row[0], id -> new HashMap<>());
      own.merge("alias:" + row[2], (long) (Integer) row[3], Long::sum);
      own.merge("total", (long) (Integer) row[3], Long::sum);
      if ((Boolean) row[4]) {
        over.add((UUID) row[0]);
      }
    }
    for (Object[] row : query("SELECT claim_id, move_of, state FROM claim_move")) {
      countOnce(amounts, over, new Move((UUID) row[0], (UUID) row[1], (String) row[2]));
    }
    amounts.keySet().removeAll(over);
    Map<String, List<String>> ancestors = new HashMap<>();
    for (Object[] row : query("SELECT project_id, ancestor_id FROM project_ancestor")) {
      ancestors.computeIfAbsent((String) row[0], id -> new ArrayList<>()).add((String) row[1]);
    }
    Map<String, Long> sum = new HashMap<>();
    amounts.forEach(
        (id, own) ->
            own.forEach(
                (key, amount) ->
                    ancestors
                        .get(projects.get(id))
                        .forEach(node -> sum.merge(node + " " + key, amount, Long::sum))));
    return sum;
  }

  private void quotaHolds() throws SQLException {
    Map<String, Long> now = usedByClaims();
    for (Object[] row :
        query(
            "SELECT project_id, resource_key, limit_count, used_count FROM quota"
                + " WHERE limit_count IS NOT NULL")) {
      String node = row[0] + " " + row[1];
      long use = now.getOrDefault(node, 0L);
      if (use != (Long) row[3]) {
        throw new Violation(
            Promise.NEVER_OVER_QUOTA,
            node + " counts " + row[3] + " as used, and its claims add up to " + use);
      }
      boolean over = use > (Long) row[2];
      if (over && use > used.getOrDefault(node, 0L)) {
        throw new Violation(
            Promise.NEVER_OVER_QUOTA, node + " was granted " + use + " of " + row[2]);
      }
    }
    used = now;
  }

  private void ledgerIsOpen() throws SQLException {
    Map<UUID, String> open = new HashMap<>();
    for (Object[] row : query("SELECT unit_id, state, claim_id FROM usage_current")) {
      open.put((UUID) row[0], row[1] + " " + row[2]);
    }
    for (UnitRow unit : units.values()) {
      String claim = unit.claim().map(ClaimId::toString).orElse("null");
      String expected = unit.goesTo() + " " + claim;
      if (!expected.equals(open.get(unit.id()))) {
        throw new Violation(
            Promise.EVERY_SECOND_COUNTED,
            shares.get(unit.id())
                + " is "
                + expected
                + ", and its time runs as "
                + open.get(unit.id()));
      }
    }
  }

  /**
   * Of a parent that is not shared all claims are of one project, and of a shared one it was asked.
   */
  private void parentsServeOne() {
    Map<UUID, Set<String>> projects = new HashMap<>();
    for (UnitRow unit : units.values()) {
      boolean has = unit.claim().isPresent() && unit.parent().isPresent();
      ClaimRow claim = has ? claims.get(unit.claim().get()) : null;
      if (claim != null) {
        projects.computeIfAbsent(unit.parent().get(), id -> new HashSet<>()).add(claim.project());
      }
    }
    projects.forEach(
        (id, all) -> {
          UnitRow parent = units.get(id);
          Card card = shares.get(id).card();
          if (all.size() > 1 && !(parent.shared() && truth.isSharedAsked(card))) {
            throw new Violation(
                Promise.ONE_PROJECT_A_PARENT, card + " is not shared and serves " + all);
          }
          if (parent.claim().isPresent()) {
            throw new Violation(
                Promise.WHOLE_OR_CUT,
                card
                    + " belongs whole to claim "
                    + parent.claim().get()
                    + ", and in slices to "
                    + all);
          }
        });
  }

  /** A card and its slices are one device together. */
  private void cardsWeighOne() throws SQLException {
    if (units.values().stream().allMatch(UnitRow::isWhole)) {
      return;
    }
    for (Object[] row :
        query(
            "SELECT COALESCE(u.parent_id, u.id), SUM(l.weight) FROM usage_current l"
                + " JOIN unit u ON u.id = l.unit_id GROUP BY COALESCE(u.parent_id, u.id)")) {
      weighsOne((UUID) row[0], ((Number) row[1]).longValue(), "now");
    }
  }

  private void weighsOne(UUID card, long weight, String when) {
    if (weight != WHOLE) {
      throw new Violation(
          Promise.EVERY_SECOND_COUNTED,
          shares.get(card) + " and its slices weigh " + weight + " of " + WHOLE + ' ' + when);
    }
  }

  /** So they were at every instant, from the card's first one on. */
  private void cardsWeighedOne() throws SQLException {
    if (units.values().stream().allMatch(UnitRow::isWhole)) {
      return;
    }
    Map<UUID, TreeMap<Instant, Long>> changes = new HashMap<>();
    for (Object[] row :
        query(
            "SELECT COALESCE(u.parent_id, u.id), l.started_at, l.ended_at, l.weight"
                + " FROM usage_segment l JOIN unit u ON u.id = l.unit_id"
                + " UNION ALL SELECT COALESCE(u.parent_id, u.id), l.started_at, NULL, l.weight"
                + " FROM usage_current l JOIN unit u ON u.id = l.unit_id")) {
      TreeMap<Instant, Long> own = changes.computeIfAbsent((UUID) row[0], id -> new TreeMap<>());
      long weight = ((Number) row[3]).longValue();
      own.merge(time(row[1]), weight, Long::sum);
      if (row[2] != null) {
        own.merge(time(row[2]), -weight, Long::sum);
      }
    }
    changes.forEach(
        (card, own) -> {
          long weight = 0;
          for (Map.Entry<Instant, Long> change : own.entrySet()) {
            weight += change.getValue();
            weighsOne(card, weight, "from " + change.getKey());
          }
        });
  }

  /** Every unit's segments follow each other without a gap, up to what runs now. */
  void audit() throws SQLException {
    countRows();
    cardsWeighedOne();
    Map<UUID, Instant> ends = new HashMap<>();
    for (Object[] row :
        query(
            "SELECT unit_id, started_at, ended_at FROM usage_segment ORDER BY unit_id,"
                + " started_at")) {
      follows((UUID) row[0], ends.put((UUID) row[0], time(row[2])), time(row[1]));
    }
    for (Object[] row : query("SELECT unit_id, started_at FROM usage_current")) {
      follows((UUID) row[0], ends.get((UUID) row[0]), time(row[1]));
    }
  }

  private void follows(UUID unit, Instant end, Instant begin) {
    if (end != null && !end.equals(begin)) {
      throw new Violation(
          Promise.EVERY_SECOND_COUNTED,
          "the time of "
              + shares.get(unit)
              + " from "
              + end
              + " to "
              + begin
              + " is in no segment or in two");
    }
  }

  private static Instant time(Object value) {
    return ((OffsetDateTime) value).toInstant();
  }

  /** How many slices the card is to be cut into; empty where it is to be whole. */
  Optional<Asked> asked(UUID card) throws SQLException {
    return query(
            "SELECT COALESCE(SUM(s.slice_count), 0), COALESCE(SUM(s.slice_count"
                + " * CASE s.slice_type WHEN 'LAB-2Q' THEN 2 ELSE 1 END), 0)"
                + " FROM layout l LEFT JOIN layout_slice s ON s.unit_id = l.unit_id AND s.applied"
                + " WHERE l.applied AND l.unit_id = '"
                + card
                + "' GROUP BY l.unit_id")
        .stream()
        .map(row -> new Asked(((Number) row[0]).longValue(), ((Number) row[1]).longValue()))
        .findFirst();
  }

  /** How many slices of the card there are. */
  long slicesOf(UUID card) {
    return units.values().stream()
        .filter(unit -> unit.parent().equals(Optional.of(card)))
        .filter(unit -> unit.state() != UnitState.UNMANAGED)
        .count();
  }

  /** All that the database says about why a unit is where it is. */
  String why(UUID unit) throws SQLException {
    Object[] row =
        query(
                "SELECT presence, group_whole, admin, quarantine_code, leaving, attempts,"
                    + " cause_message, seen_epoch, seen_number, seen_phase, bound, guarded,"
                    + " holders, problem_code, problem_message FROM unit WHERE id = '"
                    + unit
                    + "'")
            .get(0);
    return Arrays.toString(row);
  }

  private Map<UUID, UnitRow> readUnits() throws SQLException {
    Map<UUID, UnitRow> read = new LinkedHashMap<>();
    for (Object[] row :
        query(
            "SELECT id, state, claim_id, fence_epoch, fence_number, host, presence, leaving,"
                + " cause_code, abandoned_boot,"
                + " CASE WHEN state = 'UNMANAGED' THEN state"
                + " WHEN presence <> 'PRESENT' THEN presence"
                + " WHEN state NOT IN ('DIRTY', 'CLEAN') THEN state"
                + " WHEN admin = 'RETIRED' THEN admin"
                + " WHEN quarantine_code IS NOT NULL THEN 'QUARANTINED'"
                + " WHEN admin <> 'ENABLED' THEN admin ELSE state END,"
                + " CASE WHEN problem_code = 'PERMITTED' THEN problem_message END,"
                + " parent_id, quarantine_code IS NOT NULL, shared FROM unit"
                + " ORDER BY host, id")) {
      UUID id = (UUID) row[0];
      if (!shares.containsKey(id)) {
        shares.put(id, find(id, row[12] == null));
      }
      read.put(
          id,
          new UnitRow(
              id,
              UnitState.valueOf((String) row[1]),
              Optional.ofNullable((UUID) row[2]).map(ClaimId::new),
              (Long) row[3],
              (Long) row[4],
              (String) row[5],
              row[6].equals("WEDGED"),
              (Boolean) row[7],
              "RESTORED".equals(row[8]),
              Optional.ofNullable((UUID) row[9]).map(BootId::new),
              (String) row[10],
              Optional.ofNullable((String) row[11]).flatMap(Books::claimIn),
              Optional.ofNullable((UUID) row[12]),
              (Boolean) row[13],
              (Boolean) row[14]));
      if (shares.get(id) instanceof Slice slice) {
        truth.ordered(slice, new Fence((Long) row[3], (Long) row[4]));
      }
    }
    return read;
  }

  private static Optional<ClaimId> claimIn(String problem) {
    Matcher matcher = KEPT_FOR.matcher(problem);
    return matcher.find()
        ? Optional.of(new ClaimId(UUID.fromString(matcher.group(1))))
        : Optional.empty();
  }

  private Share find(UUID unit, boolean whole) throws SQLException {
    List<PciAddress> members = new ArrayList<>();
    String host = "";
    for (Object[] row :
        query(
            "SELECT d.host, d.address FROM unit_member m JOIN device d ON d.id = m.device_id"
                + " WHERE m.unit_id = '"
                + unit
                + "' ORDER BY d.address")) {
      host = (String) row[0];
      members.add(PciAddress.parse((String) row[1]));
    }
    String name = host;
    return hosts.stream()
        .filter(h -> h.name().value().equals(name))
        .findFirst()
        .flatMap(h -> whole ? h.card(members) : slice(unit, h, members))
        .orElseThrow(
            () ->
                new Violation(
                    Promise.ONE_TENANT_AT_A_TIME,
                    "unit " + unit + " is made of " + members + ", which is no group"));
  }

  /** A slice is made of all of its card's own functions, or of one that is nobody's own. */
  private static Optional<Share> slice(UUID unit, PhysicalHost host, List<PciAddress> members) {
    return host.cardAt(members.get(0))
        .filter(card -> members.size() == 1 || card.members().equals(members))
        .map(
            card ->
                new Slice(
                    unit,
                    card,
                    card.members().equals(members)
                        ? Optional.empty()
                        : Optional.of(members.get(0))));
  }

  private Map<ClaimId, ClaimRow> readClaims() throws SQLException {
    Map<ClaimId, ClaimRow> read = new LinkedHashMap<>();
    for (Object[] row :
        query(
            "SELECT id, project_id, state, consumer_id, adopted FROM claim"
                + " WHERE state <> 'RELEASED' ORDER BY id")) {
      ClaimId id = new ClaimId((UUID) row[0]);
      read.put(
          id,
          new ClaimRow(id, (String) row[1], (String) row[2], (String) row[3], (Boolean) row[4]));
    }
    return read;
  }

  private List<Object[]> query(String sql) throws SQLException {
    List<Object[]> rows = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet result = statement.executeQuery()) {
      int columns = result.getMetaData().getColumnCount();
      while (result.next()) {
        Object[] row = new Object[columns];
        for (int i = 0; i < columns; i++) {
          row[i] = result.getObject(i + 1);
        }
        rows.add(row);
      }
    }
    return rows;
  }
}
