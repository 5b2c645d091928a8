package ostler.allocator.http;

import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import ostler.accounting.report.Dimension;
import ostler.accounting.report.Grouping;
import ostler.accounting.report.Period;
import ostler.allocator.store.Desk;
import ostler.allocator.store.Usage.Question;
import ostler.inventory.ProjectId;

/** Who had what for how long. */
@RestController
@Tag(name = "usage")
public final class UsageCalls {

  private final Desk desk;
  private final ModelNames names;

  public UsageCalls(Desk desk, ModelNames names) {
    this.desk = desk;
    this.names = names;
  }

  /**
   * What a period's time went to. All of it comes in one answer, since a report in parts would be a
   * report of several moments; it is bounded by how many groups there may be.
   *
   * @param from a day, which stands for its first instant in UTC, or an instant with its offset
   * @param groupBy project, model, alias, host, kind, slice_type, state, and one of hour, day and
   *     month
   * @param project only what was charged to it or below it
   */
  @GetMapping("/v1/usage")
  UsageView reportUsage(
      @RequestAttribute(Caller.ATTRIBUTE) Caller caller,
      @RequestParam(required = false) String from,
      @RequestParam(required = false) String to,
      @RequestParam(name = "group_by", required = false) String groupBy,
      @RequestParam(required = false) String project) {
    Period period = period(from, to);
    Grouping grouping =
        Door.optional("group_by", groupBy, Grouping::parse)
            .orElseGet(() -> new Grouping(List.of(Dimension.PROJECT), Optional.empty()));
    if (caller.isTenant() && grouping.by().contains(Dimension.HOST)) {
      throw new BadInput("group_by", "hosts are not told to members of a project");
    }
    if (!grouping.fits(period)) {
      throw new BadInput(
          "group_by",
          "cuts the period into more than "
              + Grouping.MAX_BUCKETS
              + " stretches; ask for a shorter period");
    }
    List<ProjectId> within =
        Stream.of(caller.project(), Door.optional("project", project, ProjectId::new))
            .flatMap(Optional::stream)
            .distinct()
            .toList();
    return UsageView.of(
        RefusedCall.unlessDone(desk.usage().answer(new Question(period, grouping, within))), names);
  }

  private static Period period(String from, String to) {
    Instant start = Door.parse("from", Door.required("from", from), Period::instant);
    Instant end = Door.parse("to", Door.required("to", to), Period::instant);
    return Door.parse("to", to, text -> new Period(start, end));
  }
}
