package ostler.allocator.store;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import ostler.allocator.engine.CardPlan;
import ostler.allocator.engine.Layout;
import ostler.allocator.engine.Layout.Count;
import ostler.inventory.HostName;
import ostler.inventory.ParentReport;
import ostler.inventory.ReportJson;
import ostler.inventory.SliceJson;
import ostler.inventory.SliceTypeName;
import ostler.inventory.UnitId;
import ostler.inventory.UnitKind;
import ostler.inventory.WipeLevel;
import ostler.wire.Json;
import ostler.wire.WireException;

/** What parents are to be cut into, and what their hosts said that they can be cut into. */
public final class Layouts {

  private final JdbcClient sql;

  Layouts(JdbcClient sql) {
    this.sql = sql;
  }

  /** What an operator declared for a parent. */
  public Optional<Layout> declared(UnitId unit) {
    return Optional.ofNullable(read("unit_id = :of AND NOT applied", unit.value()).get(unit));
  }

  /** What a parent is to be cut into now. */
  public Optional<Layout> applied(UnitId unit) {
    return Optional.ofNullable(applied(List.of(unit)).get(unit));
  }

  /** As {@link #applied(UnitId)}, for many. */
  public Map<UnitId, Layout> applied(Collection<UnitId> units) {
    return units.isEmpty()
        ? Map.of()
        : read(
            "unit_id IN (:of) AND applied",
            Batches.padded(units.stream().map(UnitId::value).toList()));
  }

  /** What the parents of a host are to be cut into now. */
  Map<UnitId, Layout> appliedOn(HostName host) {
    return read(
        "applied AND unit_id IN (SELECT id FROM unit WHERE host = :of AND parent_id IS NULL)",
        host.value());
  }

  private Map<UnitId, Layout> read(String which, Object param) {
    Map<UnitId, Layout> layouts = new HashMap<>();
    sql.sql(
            "SELECT unit_id, kind, functions, shared, mixed, parent_level FROM layout WHERE "
                + which)
        .param("of", param)
        .query(
            rs -> {
              Columns row = new Columns(rs);
              layouts.put(
                  new UnitId(row.uuid("unit_id")),
                  new Layout(
                      UnitKind.parse(row.text("kind")),
                      List.of(),
                      (int) row.number("functions"),
                      row.bool("shared"),
                      row.bool("mixed"),
                      WipeLevel.valueOf(row.text("parent_level"))));
            });
    if (layouts.values().stream().noneMatch(layout -> layout.kind().isTyped())) {
      return layouts;
    }
    Map<UnitId, List<Count>> counts = new HashMap<>();
    sql.sql(
            "SELECT unit_id, slice_type, slice_count FROM layout_slice WHERE "
                + which
                + " ORDER BY position")
        .param("of", param)
        .query(
            rs -> {
              counts
                  .computeIfAbsent(
                      new UnitId(rs.getObject("unit_id", UUID.class)), unit -> new ArrayList<>())
                  .add(
                      new Count(
                          new SliceTypeName(rs.getString("slice_type")), rs.getInt("slice_count")));
            });
    layouts.replaceAll(
        (unit, layout) ->
            new Layout(
                layout.kind(),
                counts.getOrDefault(unit, List.of()),
                layout.functions(),
                layout.shared(),
                layout.mixed(),
                layout.parentLevel()));
    return layouts;
  }

  /** Sets what an operator declares for a parent. */
  void declare(UnitId unit, Layout layout) {
    save(unit, false, layout);
  }

  /** Sets what a parent is to be cut into from now on. */
  void apply(UnitId unit, Layout layout) {
    save(unit, true, layout);
  }

  private void save(UnitId unit, boolean applied, Layout layout) {
    delete(unit, applied);
    sql.sql(
            "INSERT INTO layout (unit_id, applied, kind, functions, shared, mixed, parent_level)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?)")
        .params(
            unit.value(),
            applied,
            layout.kind().toString(),
            layout.functions(),
            layout.shared(),
            layout.mixed(),
            layout.parentLevel().name())
        .update();
    for (int position = 0; position < layout.slices().size(); position++) {
      Count count = layout.slices().get(position);
      sql.sql(
              "INSERT INTO layout_slice (unit_id, applied, position, slice_type, slice_count)"
                  + " VALUES (?, ?, ?, ?, ?)")
          .params(unit.value(), applied, position, count.type().value(), count.count())
          .update();
    }
  }

  /** Forgets what was declared for a parent, which is to be whole from now on. */
  void delete(UnitId unit) {
    delete(unit, false);
    delete(unit, true);
  }

  private void delete(UnitId unit, boolean applied) {
    sql.sql("DELETE FROM layout_slice WHERE unit_id = ? AND applied = ?")
        .params(unit.value(), applied)
        .update();
    sql.sql("DELETE FROM layout WHERE unit_id = ? AND applied = ?")
        .params(unit.value(), applied)
        .update();
  }

  /** What a parent's host said of its card, empty where it never spoke of it. */
  public Optional<ParentReport> card(UnitId unit) {
    return Optional.ofNullable(cards(List.of(unit)).get(unit));
  }

  /** As {@link #card}, for many. */
  public Map<UnitId, ParentReport> cards(Collection<UnitId> units) {
    Map<UnitId, ParentReport> cards = new HashMap<>();
    if (units.isEmpty()) {
      return cards;
    }
    sql.sql("SELECT unit_id, body FROM parent_card WHERE unit_id IN (:units)")
        .param("units", Batches.padded(units.stream().map(UnitId::value).toList()))
        .query(
            rs -> {
              cards.put(
                  new UnitId(rs.getObject("unit_id", UUID.class)), read(rs.getString("body")));
            });
    return cards;
  }

  /** Takes down what a host says of its cards; what is no longer seen of them stays known. */
  void learn(List<ParentReport> told) {
    Map<UnitId, ParentReport> before = cards(told.stream().map(ParentReport::unit).toList());
    for (ParentReport one : told) {
      Optional<ParentReport> known = Optional.ofNullable(before.get(one.unit()));
      ParentReport now = CardPlan.remembered(known, one);
      if (!known.equals(Optional.of(now))) {
        save(now, known.isPresent());
      }
    }
  }

  private void save(ParentReport card, boolean known) {
    String body = Json.write(out -> SliceJson.writeParent(card, out));
    sql.sql(
            known
                ? "UPDATE parent_card SET body = ? WHERE unit_id = ?"
                : "INSERT INTO parent_card (body, unit_id) VALUES (?, ?)")
        .params(body, card.unit().value())
        .update();
  }

  private static ParentReport read(String body) {
    try {
      return Json.read(body, ReportJson.LIMITS, SliceJson::readParent);
    } catch (WireException e) {
      throw new IllegalStateException("the database holds a card that cannot be read", e);
    }
  }
}
