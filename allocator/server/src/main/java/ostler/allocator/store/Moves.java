package ostler.allocator.store;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import ostler.allocator.engine.Claim;
import ostler.allocator.quota.ResourceKey;
import ostler.inventory.ClaimId;

/**
 * Consumers that move from one claim to another, as in a resize or a migration. While a move is
 * open both claims have their units, and together they are charged, key by key, what the larger of
 * the two costs: the old one what it was charged, the new one what it needs more than that.
 */
final class Moves {

  private final JdbcClient sql;
  private final Batches batches;
  private final ClaimCharges charges;

  Moves(JdbcClient sql, Batches batches, ClaimCharges charges) {
    this.sql = sql;
    this.batches = batches;
    this.charges = charges;
  }

  /** How far a move is. */
  enum State {
    OPEN,
    CONFIRMED,
    REVERTED
  }

  /** A move to a claim from the one before it. */
  record Move(ClaimId to, ClaimId from, State state) {}

  /** What the new claim needs more than the old one has. */
  SortedMap<ResourceKey, Long> more(ClaimId from, SortedMap<ResourceKey, Long> whole) {
    return ClaimCharges.minus(
        whole, charges.charged(List.of(from)).getOrDefault(from, new TreeMap<>()));
  }

  /**
   * Begins a move.
   *
   * @param whole what the new claim is to be charged once it stands alone
   */
  void open(ClaimId to, ClaimId from, SortedMap<ResourceKey, Long> whole) {
    sql.sql("INSERT INTO claim_move (claim_id, move_of, state) VALUES (?, ?, 'OPEN')")
        .params(to.value(), from.value())
        .update();
    List<Object[]> rows = new ArrayList<>();
    whole.forEach((key, amount) -> rows.add(new Object[] {to.value(), key.value(), amount}));
    batches.insert(
        "INSERT INTO claim_move_charge (claim_id, resource_key, amount) VALUES (?, ?, ?)", rows);
  }

  /** The move to a claim, or else the newest from it. */
  Optional<Move> around(ClaimId id) {
    return select("claim_move.claim_id = ?", id)
        .or(() -> select("claim_move.state = 'OPEN' AND claim_move.move_of = ?", id))
        .or(() -> select("claim_move.move_of = ?", id));
  }

  /** The move to or from a claim that is open. */
  Optional<Move> openAround(ClaimId id) {
    return select("claim_move.state = 'OPEN' AND claim_move.claim_id = ?", id)
        .or(() -> select("claim_move.state = 'OPEN' AND claim_move.move_of = ?", id));
  }

  /** Those of the claims that move, or that something moves to. */
  Set<ClaimId> moving(Collection<ClaimId> claims) {
    Set<ClaimId> moving = new HashSet<>();
    if (!claims.isEmpty()) {
      List<UUID> ids = Batches.padded(claims.stream().map(ClaimId::value).toList());
      sql.sql(
              "SELECT claim_id, move_of FROM claim_move WHERE state = 'OPEN'"
                  + " AND (claim_id IN (:ids) OR move_of IN (:ids))")
          .param("ids", ids)
          .query(
              rs -> {
                moving.add(new ClaimId(rs.getObject(1, UUID.class)));
                moving.add(new ClaimId(rs.getObject(2, UUID.class)));
              });
    }
    return moving;
  }

  private Optional<Move> select(String where, ClaimId id) {
    return sql.sql(
            "SELECT claim_move.claim_id, claim_move.move_of, claim_move.state FROM claim_move"
                + " JOIN claim ON claim.id = claim_move.claim_id WHERE "
                + where
                + " ORDER BY claim.created_at DESC, claim.id LIMIT 1")
        .param(id.value())
        .query(
            (rs, n) ->
                new Move(
                    new ClaimId(rs.getObject(1, UUID.class)),
                    new ClaimId(rs.getObject(2, UUID.class)),
                    State.valueOf(rs.getString(3))))
        .optional();
  }

  void save(Move move, State state) {
    sql.sql("UPDATE claim_move SET state = ? WHERE claim_id = ?")
        .params(state.name(), move.to().value())
        .update();
  }

  /** The new claim stands alone from now on: the old one keeps only what it costs more. */
  void handOver(Move move, Claim from) {
    Map<ClaimId, SortedMap<ResourceKey, Long>> charged =
        charges.charged(List.of(move.from(), move.to()));
    SortedMap<ResourceKey, Long> old = charged.getOrDefault(move.from(), new TreeMap<>());
    SortedMap<ResourceKey, Long> added = charged.getOrDefault(move.to(), new TreeMap<>());
    SortedMap<ResourceKey, Long> both = new TreeMap<>(old);
    added.forEach((key, amount) -> both.merge(key, amount, Long::sum));
    SortedMap<ResourceKey, Long> whole = whole(move.to());
    charges.become(
        List.of(due(move.from(), from, old), due(move.to(), from, added)),
        List.of(
            due(move.from(), from, ClaimCharges.minus(both, whole)), due(move.to(), from, whole)));
    save(move, State.CONFIRMED);
  }

  private static ClaimCharges.Due due(
      ClaimId id, Claim from, SortedMap<ResourceKey, Long> amounts) {
    return new ClaimCharges.Due(id, from.project(), amounts);
  }

  private SortedMap<ResourceKey, Long> whole(ClaimId to) {
    SortedMap<ResourceKey, Long> whole = new TreeMap<>();
    sql.sql("SELECT resource_key, amount FROM claim_move_charge WHERE claim_id = ?")
        .param(to.value())
        .query(
            rs -> {
              whole.put(new ResourceKey(rs.getString(1)), rs.getLong(2));
            });
    return whole;
  }

  /**
   * One side of a move comes to its end without being asked: if it is the old one, the consumer is
   * where it moved to; if it is the new one, it is back where it was.
   */
  void endOf(Claim claim) {
    openAround(claim.id())
        .ifPresent(
            move -> {
              if (move.from().equals(claim.id())) {
                handOver(move, claim);
              } else {
                save(move, State.REVERTED);
              }
            });
  }
}
