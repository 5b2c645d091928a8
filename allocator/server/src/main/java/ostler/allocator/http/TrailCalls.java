package ostler.allocator.http;

import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.Outcome;
import ostler.allocator.store.Desk;
import ostler.allocator.store.Trail.Entry;
import ostler.allocator.store.Wipes.Wipe;
import ostler.inventory.UnitId;
import ostler.inventory.WipeId;

/** What happened: wipe records, the audit, and events as they come. */
@RestController
@Tag(name = "trail")
public final class TrailCalls {

  private final Desk desk;
  private final EventStreams streams;

  public TrailCalls(Desk desk, EventStreams streams) {
    this.desk = desk;
    this.streams = streams;
  }

  /** One line of the audit. */
  public record AuditView(
      long id,
      Instant at,
      String actor,
      String action,
      String object,
      String outcome,
      String reason,
      String requestId,
      String detail) {
    static AuditView of(Entry entry) {
      return new AuditView(
          entry.id(),
          entry.at(),
          entry.actor(),
          entry.action(),
          entry.object(),
          entry.outcome(),
          entry.reason(),
          entry.requestId(),
          entry.detail());
    }
  }

  @GetMapping("/v1/wipes")
  Listing<WipeView> listWipes(
      @RequestParam(required = false) String unit,
      @RequestParam(required = false) Integer limit,
      @RequestParam(required = false) String marker) {
    int most = Door.limit(limit);
    Optional<UnitId> wanted = Door.optional("unit", unit, UnitId::parse);
    Optional<WipeId> after = Door.optional("marker", marker, WipeId::parse);
    return desk.read(
        () -> Listing.of(desk.wipes().list(wanted, after, most), most, WipeView::of, Wipe::id));
  }

  @GetMapping("/v1/wipes/{id}")
  WipeView showWipe(@PathVariable String id) {
    WipeId wanted = Door.parse("id", id, WipeId::parse);
    Outcome<Wipe> known =
        desk.read(() -> desk.wipes().find(wanted))
            .map(Outcome::done)
            .orElseGet(
                () ->
                    Outcome.refused(
                        Code.UNKNOWN_WIPE,
                        "there is no record of wipe " + wanted + "; look at the wipes"));
    return WipeView.of(RefusedCall.unlessDone(known));
  }

  /** The audit, the newest line first. */
  @GetMapping("/v1/audit")
  Listing<AuditView> listAudit(
      @RequestParam(required = false) Integer limit, @RequestParam(required = false) Long marker) {
    int most = Door.limit(limit);
    List<Entry> entries =
        desk.read(() -> desk.trail().entriesBefore(marker == null ? Long.MAX_VALUE : marker, most));
    return Listing.of(entries, most, AuditView::of, Entry::id);
  }

  /** Events as they come, from now on or from the one that the caller had last. */
  @ApiResponse(
      responseCode = "200",
      content =
          @Content(
              mediaType = MediaType.TEXT_EVENT_STREAM_VALUE,
              schema = @Schema(implementation = EventStreams.EventView.class)))
  @GetMapping(path = "/v1/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
  SseEmitter streamEvents(
      @RequestHeader(name = "Last-Event-ID", required = false) Long lastEventId) {
    return streams.open(Optional.ofNullable(lastEventId));
  }
}
