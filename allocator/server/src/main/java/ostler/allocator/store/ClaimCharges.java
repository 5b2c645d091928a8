package ostler.allocator.store;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import ostler.allocator.engine.Choice;
import ostler.allocator.engine.Claim;
import ostler.allocator.engine.ClaimRequest;
import ostler.allocator.engine.ClaimState;
import ostler.allocator.engine.Part;
import ostler.allocator.engine.Refusal;
import ostler.allocator.quota.Demand;
import ostler.allocator.quota.ResourceKey;
import ostler.allocator.quota.UnitCharge;
import ostler.allocator.store.TreeCharge.Ask;
import ostler.flavor.AliasName;
import ostler.inventory.ClaimId;
import ostler.inventory.ProjectId;
import ostler.inventory.UnitId;

/**
 * What claims are charged. It is written down with the claim, and what is given back is what stands
 * there: when its last unit is back all of it, but for the units that are being cleaned, and for
 * what their alias keeps charged until they are clean.
 */
final class ClaimCharges {

  /** A key may have spaces, which a slice's type brings with it, and no equals sign. */
  private static final Pattern KEPT = Pattern.compile("([^ =][^=]*)=([0-9]+)");

  private final JdbcClient sql;
  private final Batches batches;
  private final TreeCharge tree;

  ClaimCharges(JdbcClient sql, Batches batches, TreeCharge tree) {
    this.sql = sql;
    this.batches = batches;
    this.tree = tree;
  }

  /** What a claim is to be charged. */
  record Due(ClaimId claim, ProjectId project, SortedMap<ResourceKey, Long> amounts) {
    Ask ask() {
      return Ask.of(project, amounts);
    }

    /** The same without what is charged already. */
    Due less(SortedMap<ResourceKey, Long> credit) {
      return credit.isEmpty() ? this : new Due(claim, project, minus(amounts, credit));
    }
  }

  /** A unit in a claim's hands, or once in them. */
  record Seat(ClaimId claim, UnitId unit) {}

  /** What a claim is charged for the units that it takes. */
  static Due due(Claim claim, List<Choice> choices) {
    SortedMap<ResourceKey, Long> amounts = new TreeMap<>();
    choices.forEach(
        choice -> add(amounts, ofUnit(claim.parts().get(choice.part()).alias(), choice)));
    return new Due(claim.id(), claim.project(), amounts);
  }

  private static SortedMap<ResourceKey, Long> ofUnit(AliasName alias, Choice choice) {
    return UnitCharge.of(alias, List.of(UnitCharge.of(choice.shape()))).amounts();
  }

  /** How the charge for a unit goes into one column. */
  static String keptText(AliasName alias, Choice choice) {
    return ofUnit(alias, choice).entrySet().stream()
        .map(amount -> amount.getKey() + "=" + amount.getValue())
        .collect(Collectors.joining(" "));
  }

  private static SortedMap<ResourceKey, Long> kept(String text) {
    SortedMap<ResourceKey, Long> amounts = new TreeMap<>();
    Matcher amount = KEPT.matcher(text);
    while (amount.find()) {
      amounts.put(new ResourceKey(amount.group(1)), Long.parseLong(amount.group(2)));
    }
    return amounts;
  }

  /**
   * Charges each claim by itself, or nothing where a limit is against it.
   *
   * @return for each, why it was not charged; empty where it was
   */
  List<Optional<Refusal>> take(List<Due> all) {
    return all.isEmpty() ? List.of() : tree.takeAll(all.stream().map(Due::ask).toList());
  }

  /** What stands against a request, by what is known before its units are chosen. */
  Optional<Refusal> objection(ClaimRequest request) {
    return tree.objection(request.project(), Demand.of(least(request.parts())));
  }

  /** What parts are charged whichever units they get. */
  static SortedMap<ResourceKey, Long> least(List<Part> parts) {
    SortedMap<ResourceKey, Long> least = new TreeMap<>();
    parts.forEach(part -> add(least, UnitCharge.beforehand(part.alias(), part.count()).amounts()));
    return least;
  }

  /** Writes down what claims were charged that had nothing charged before. */
  void record(List<Due> all) {
    List<Object[]> rows = new ArrayList<>();
    for (Due due : all) {
      due.amounts()
          .forEach(
              (key, amount) ->
                  rows.add(
                      new Object[] {
                        due.claim().value(), due.project().value(), key.value(), amount
                      }));
    }
    batches.insert(
        "INSERT INTO claim_charge (claim_id, project_id, resource_key, amount)"
            + " VALUES (?, ?, ?, ?)",
        rows);
  }

  /** Writes down what a claim was charged beside what it is charged already. */
  void recordMore(Due due) {
    SortedMap<ResourceKey, Long> all =
        charged(List.of(due.claim())).getOrDefault(due.claim(), new TreeMap<>());
    add(all, due.amounts());
    sql.sql("DELETE FROM claim_charge WHERE claim_id = ?").param(due.claim().value()).update();
    record(List.of(new Due(due.claim(), due.project(), all)));
  }

  /**
   * Brings the charges up to what has happened.
   *
   * @param over claims that have no unit any more
   * @param back units that came back, and are to be cleaned
   * @param clean units that need no cleaning any more
   */
  void follow(List<Claim> over, List<Seat> back, List<Seat> clean) {
    Set<ClaimId> touched = new HashSet<>();
    over.forEach(claim -> touched.add(claim.id()));
    back.forEach(seat -> touched.add(seat.claim()));
    clean.forEach(seat -> touched.add(seat.claim()));
    if (touched.isEmpty()) {
      return;
    }
    lock(touched);
    Map<ClaimId, ClaimId> outlived = outlived(over);
    touched.addAll(outlived.values());
    Map<ClaimId, Account> accounts = accounts(touched);
    back.forEach(seat -> accounts.get(seat.claim()).cleaning.add(seat.unit()));
    clean.forEach(seat -> accounts.get(seat.claim()).cleaning.remove(seat.unit()));
    saveCleaning("TRUE", back);
    saveCleaning("FALSE", clean);
    Map<ClaimId, SortedMap<ResourceKey, Long>> charged = charged(touched);
    Map<ClaimId, SortedMap<ResourceKey, Long>> still = new HashMap<>();
    accounts.forEach(
        (claim, account) ->
            still.put(claim, account.stillCharged(charged.getOrDefault(claim, new TreeMap<>()))));
    outlived.forEach(
        (gone, other) -> {
          SortedMap<ResourceKey, Long> left =
              minus(charged.getOrDefault(gone, new TreeMap<>()), still.get(gone));
          left.remove(ResourceKey.CLEANING);
          add(still.get(other), left);
        });
    List<Due> before = new ArrayList<>();
    List<Due> after = new ArrayList<>();
    accounts.forEach(
        (claim, account) -> {
          before.add(new Due(claim, account.project, charged.getOrDefault(claim, new TreeMap<>())));
          after.add(new Due(claim, account.project, still.get(claim)));
        });
    become(before, after);
  }

  /**
   * Claims that ended before the claim that their consumer has moved away from, or back from, and
   * that other claim: it still has its units, and stays charged for both sides until it ends.
   */
  private Map<ClaimId, ClaimId> outlived(List<Claim> over) {
    Map<ClaimId, ClaimId> outlived = new HashMap<>();
    if (!over.isEmpty()) {
      sql.sql(
              "SELECT claim_move.claim_id, claim.id FROM claim_move"
                  + " JOIN claim ON claim.id = claim_move.move_of"
                  + " WHERE claim_move.claim_id IN (:over) AND claim_move.state = 'CONFIRMED'"
                  + " AND claim.state <> 'RELEASED' UNION ALL"
                  + " SELECT claim_move.move_of, claim.id FROM claim_move"
                  + " JOIN claim ON claim.id = claim_move.claim_id"
                  + " WHERE claim_move.move_of IN (:over) AND claim_move.state = 'REVERTED'"
                  + " AND claim.state <> 'RELEASED'")
          .param("over", values(over.stream().map(Claim::id).toList()))
          .query(
              rs -> {
                outlived.put(
                    new ClaimId(rs.getObject(1, UUID.class)),
                    new ClaimId(rs.getObject(2, UUID.class)));
              });
      outlived.values().retainAll(lock(outlived.values()));
    }
    return outlived;
  }

  /**
   * Keeps others from changing what claims are charged, whose hosts may be others than the caller
   * holds: the two sides of a move.
   *
   * @return those that still have units
   */
  private Set<ClaimId> lock(Collection<ClaimId> claims) {
    Set<ClaimId> live = new HashSet<>();
    if (!claims.isEmpty()) {
      sql.sql("SELECT id, state FROM claim WHERE id IN (:claims) ORDER BY id FOR UPDATE")
          .param("claims", values(claims))
          .query(
              rs -> {
                if (!ClaimState.valueOf(rs.getString(2)).isOver()) {
                  live.add(new ClaimId(rs.getObject(1, UUID.class)));
                }
              });
    }
    return live;
  }

  private void saveCleaning(String now, List<Seat> seats) {
    batches.update(
        "UPDATE claim_unit SET cleaning = " + now + " WHERE claim_id = ? AND unit_id = ?",
        seats.stream()
            .map(seat -> new Object[] {seat.claim().value(), seat.unit().value()})
            .toList());
  }

  /** Changes what claims are charged; to what it changes was allowed before. */
  void become(List<Due> before, List<Due> after) {
    List<Ask> more = new ArrayList<>();
    List<Ask> less = new ArrayList<>();
    List<Object[]> gone = new ArrayList<>();
    List<Due> written = new ArrayList<>();
    for (int i = 0; i < before.size(); i++) {
      Due was = before.get(i);
      Due is = after.get(i);
      if (was.amounts().equals(is.amounts())) {
        continue;
      }
      asked(was.project(), minus(is.amounts(), was.amounts())).ifPresent(more::add);
      asked(was.project(), minus(was.amounts(), is.amounts())).ifPresent(less::add);
      gone.add(new Object[] {was.claim().value()});
      written.add(is);
    }
    if (!written.isEmpty()) {
      tree.settle(more, less);
      batches.update("DELETE FROM claim_charge WHERE claim_id = ?", gone);
      record(written);
    }
  }

  private static Optional<Ask> asked(ProjectId project, SortedMap<ResourceKey, Long> amounts) {
    return amounts.isEmpty() ? Optional.empty() : Optional.of(Ask.of(project, amounts));
  }

  /** What is in one and not in the other. */
  static SortedMap<ResourceKey, Long> minus(
      SortedMap<ResourceKey, Long> one, SortedMap<ResourceKey, Long> other) {
    SortedMap<ResourceKey, Long> left = new TreeMap<>();
    one.forEach(
        (key, amount) -> {
          long more = amount - other.getOrDefault(key, 0L);
          if (more > 0) {
            left.put(key, more);
          }
        });
    return left;
  }

  private static void add(SortedMap<ResourceKey, Long> sum, SortedMap<ResourceKey, Long> more) {
    more.forEach((key, amount) -> sum.merge(key, amount, Long::sum));
  }

  /** What claims are charged now. */
  Map<ClaimId, SortedMap<ResourceKey, Long>> charged(Collection<ClaimId> claims) {
    Map<ClaimId, SortedMap<ResourceKey, Long>> charged = new HashMap<>();
    if (claims.isEmpty()) {
      return charged;
    }
    sql.sql("SELECT claim_id, resource_key, amount FROM claim_charge WHERE claim_id IN (:claims)")
        .param("claims", values(claims))
        .query(
            rs -> {
              charged
                  .computeIfAbsent(new ClaimId(rs.getObject(1, UUID.class)), id -> new TreeMap<>())
                  .put(new ResourceKey(rs.getString(2)), rs.getLong(3));
            });
    return charged;
  }

  /** What bears on how much of its charge a claim keeps. */
  private static final class Account {
    private final ProjectId project;
    private final boolean over;
    private final Set<UnitId> cleaning = new TreeSet<>();
    private final Map<UnitId, String> keeps = new HashMap<>();

    Account(ProjectId project, boolean over) {
      this.project = project;
      this.over = over;
    }

    SortedMap<ResourceKey, Long> stillCharged(SortedMap<ResourceKey, Long> was) {
      SortedMap<ResourceKey, Long> still = new TreeMap<>();
      if (over) {
        cleaning.forEach(
            unit -> Optional.ofNullable(keeps.get(unit)).ifPresent(text -> add(still, kept(text))));
        // A claim that moved away has handed on a part of what its units were charged.
        still.replaceAll((key, amount) -> Math.min(amount, was.getOrDefault(key, 0L)));
        still.values().removeIf(amount -> amount == 0);
      } else {
        still.putAll(was);
      }
      still.remove(ResourceKey.CLEANING);
      if (!cleaning.isEmpty()) {
        still.put(ResourceKey.CLEANING, (long) cleaning.size());
      }
      return still;
    }
  }

  private Map<ClaimId, Account> accounts(Set<ClaimId> claims) {
    Map<ClaimId, Account> accounts = new TreeMap<>();
    sql.sql(
            "SELECT claim.id, claim.project_id, claim.state, claim_unit.unit_id,"
                + " claim_unit.cleaning, claim_unit.kept_charge FROM claim"
                + " JOIN claim_unit ON claim_unit.claim_id = claim.id WHERE claim.id IN (:claims)")
        .param("claims", values(claims))
        .query(
            rs -> {
              ProjectId project = new ProjectId(rs.getString(2));
              boolean over = ClaimState.valueOf(rs.getString(3)).isOver();
              Account account =
                  accounts.computeIfAbsent(
                      new ClaimId(rs.getObject(1, UUID.class)), id -> new Account(project, over));
              UnitId unit = new UnitId(rs.getObject(4, UUID.class));
              if (rs.getBoolean(5)) {
                account.cleaning.add(unit);
              }
              Optional.ofNullable(rs.getString(6)).ifPresent(text -> account.keeps.put(unit, text));
            });
    return accounts;
  }

  private static List<UUID> values(Collection<ClaimId> claims) {
    return Batches.padded(claims.stream().map(ClaimId::value).toList());
  }
}
