package ostler.allocator.http;

import ostler.inventory.Consumer;

/** What uses a claim's units. */
public record ConsumerView(String source, String type, String id) {

  static ConsumerView of(Consumer consumer) {
    return new ConsumerView(consumer.source(), consumer.type(), consumer.id());
  }

  Consumer parse() {
    try {
      return new Consumer(
          Door.required("consumer.source", source),
          Door.required("consumer.type", type),
          Door.required("consumer.id", id));
    } catch (IllegalArgumentException e) {
      throw new BadInput("consumer", e.getMessage());
    }
  }
}
