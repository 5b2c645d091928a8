package ostler.allocator.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import ostler.allocator.engine.Code;
import ostler.inventory.AgentKey;
import ostler.inventory.ChainHash;
import ostler.inventory.HostName;
import ostler.inventory.SignedWipe;
import ostler.inventory.UnitId;
import ostler.inventory.WipeCoverage;
import ostler.inventory.WipeId;
import ostler.inventory.WipeLevel;
import ostler.inventory.WipeRecord;

/** The wipe records' rows: the evidence, as it came. Rows are only ever added. */
public final class Wipes {

  private final JdbcClient sql;

  public Wipes(JdbcClient sql) {
    this.sql = sql;
  }

  /**
   * A wipe record as it came, with the verdict on it.
   *
   * @param refusal why it was not accepted, absent where it was
   * @param level that its steps prove, whatever it claims
   */
  public record Wipe(
      WipeId id,
      UnitId unit,
      HostName host,
      Optional<Code> refusal,
      WipeLevel level,
      WipeRecord.Result result,
      Optional<String> code,
      WipeCoverage coverage,
      Instant started,
      Instant ended,
      Instant received,
      SignedWipe signed,
      AgentKey key) {

    public boolean accepted() {
      return refusal.isEmpty();
    }

    static Wipe of(
        WipeRecord record, SignedWipe signed, AgentKey key, Optional<Code> refusal, Instant now) {
      return new Wipe(
          record.wipe(),
          record.unit(),
          record.host(),
          refusal,
          record.reached(),
          record.result(),
          record.code(),
          record.coverage(),
          record.started(),
          record.ended(),
          now,
          signed,
          key);
    }
  }

  public Optional<Wipe> find(WipeId id) {
    return sql.sql("SELECT * FROM wipe_record WHERE id = ?")
        .param(id.value())
        .query(Wipes::read)
        .optional();
  }

  /** Records in order of id, after one; of one unit, or of all. */
  public List<Wipe> list(Optional<UnitId> unit, Optional<WipeId> after, int limit) {
    Map<String, Object> params = new HashMap<>(Map.of("limit", limit));
    String where = "WHERE 1 = 1";
    if (unit.isPresent()) {
      where += " AND unit_id = :unit";
      params.put("unit", unit.get().value());
    }
    if (after.isPresent()) {
      where += " AND id > :after";
      params.put("after", after.get().value());
    }
    return sql.sql("SELECT * FROM wipe_record " + where + " ORDER BY id LIMIT :limit")
        .params(params)
        .query(Wipes::read)
        .list();
  }

  void add(Wipe wipe) {
    sql.sql(
            "INSERT INTO wipe_record (id, unit_id, host, accepted, refusal_code, level, result,"
                + " code, bytes_total, bytes_scrubbed, bytes_verified, started_at, ended_at,"
                + " received_at, body, prev_hash, hash, signature, public_key)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .param(wipe.id().value())
        .param(wipe.unit().value())
        .param(wipe.host().value())
        .param(wipe.accepted())
        .param(Columns.orNull(wipe.refusal().map(Code::name)))
        .param(wipe.level().name())
        .param(wipe.result().toString())
        .param(Columns.orNull(wipe.code()))
        .param(wipe.coverage().bytesTotal())
        .param(wipe.coverage().bytesScrubbed())
        .param(wipe.coverage().bytesVerified())
        .param(Columns.time(wipe.started()))
        .param(Columns.time(wipe.ended()))
        .param(Columns.time(wipe.received()))
        .param(wipe.signed().body())
        .param(wipe.signed().prevHash().value())
        .param(wipe.signed().hash().value())
        .param(wipe.signed().signature())
        .param(wipe.key().value())
        .update();
  }

  private static Wipe read(ResultSet rs, int number) throws SQLException {
    Columns row = new Columns(rs);
    return new Wipe(
        new WipeId(row.uuid("id")),
        new UnitId(row.uuid("unit_id")),
        new HostName(row.text("host")),
        row.text("refusal_code", Code::valueOf),
        WipeLevel.valueOf(row.text("level")),
        WipeRecord.Result.tryParse(row.text("result")).orElseThrow(),
        row.text("code", code -> code),
        new WipeCoverage(
            row.number("bytes_total"), row.number("bytes_scrubbed"), row.number("bytes_verified")),
        row.time("started_at"),
        row.time("ended_at"),
        row.time("received_at"),
        new SignedWipe(
            row.text("body"),
            new ChainHash(row.text("prev_hash")),
            new ChainHash(row.text("hash")),
            row.text("signature")),
        new AgentKey(row.text("public_key")));
  }
}
