namespace Pogoline.Lab.Control;

/// <summary>
/// Requests for the storage of Gen 2 boards, which Device OS 2.0.0 took away. There is one storage, number 0; its sections are numbered in the
/// order in which they are described.
/// </summary>
static class StorageRequests
{
    const ulong InternalStorage = 1;
    const uint CanRead = 1, CanWrite = 2, CanClear = 4, CanGetSize = 8, NeedsClear = 0x10;

    public static IEnumerable<TimeSpan> Describe(IRunningSystem system, ControlRequest request)
    {
        var storage = new ProtoWriter().Number(1, InternalStorage);
        foreach (var section in system.Sections)
        {
            var described = new ProtoWriter().Number(1, (ulong)section.Kind).Number(2, section.Size).Number(3, FlagsOf(section));
            if (section.Module is { } module) described.Part(4, new ProtoWriter().Number(1, NumberOf(module.Function)).Number(2, module.Index));
            storage.Part(3, described);
        }
        return Finish(request, ControlResult.Ok, new ProtoWriter().Part(1, storage));
    }

    public static IEnumerable<TimeSpan> Read(IRunningSystem system, ControlRequest request) =>
        With(system, request, [ProtoType.Varint, ProtoType.Varint, ProtoType.Varint, ProtoType.Varint], (section, message) =>
        {
            var (offset, size) = (message.Number(3), message.Number(4));
            if (section.Read is not { } read) return Finish(request, ControlResult.NotSupported);
            if (size == 0 || offset + size > section.Size) return Finish(request, ControlResult.OutOfRange);
            return Finish(request, ControlResult.Ok, new ProtoWriter().Bytes(1, read((int)offset, (int)size).Span));
        });

    public static IEnumerable<TimeSpan> Write(IRunningSystem system, ControlRequest request) =>
        With(system, request, [ProtoType.Varint, ProtoType.Varint, ProtoType.Varint, ProtoType.Bytes], (section, message) =>
        {
            var (offset, data) = (message.Number(3), message.Bytes(4));
            if (section.Write is not { } write) return Finish(request, ControlResult.NotSupported);
            if (data.IsEmpty || offset + (ulong)data.Length > section.Size) return Finish(request, ControlResult.OutOfRange);
            return Finish(request, write((int)offset, data) ? ControlResult.Ok : ControlResult.Unknown);
        });

    public static IEnumerable<TimeSpan> Clear(IRunningSystem system, ControlRequest request) =>
        With(system, request, [ProtoType.Varint, ProtoType.Varint], (section, _) =>
        {
            section.Clear?.Invoke();
            return Finish(request, section.Clear is null ? ControlResult.NotSupported : ControlResult.Ok);
        });

    public static IEnumerable<TimeSpan> GetSize(IRunningSystem system, ControlRequest request) =>
        With(system, request, [ProtoType.Varint, ProtoType.Varint], (section, _) =>
            section.MeasureModule is not { } measure ? Finish(request, ControlResult.NotSupported)
            : measure() is { } size ? Finish(request, ControlResult.Ok, new ProtoWriter().Number(1, size))
            : Finish(request, ControlResult.BadData));

    static IEnumerable<TimeSpan> With(IRunningSystem system, ControlRequest request, ReadOnlySpan<ProtoType> fields, Func<StorageSection, ProtoMessage, IEnumerable<TimeSpan>> then)
    {
        if (!ProtoMessage.TryRead(request.Payload, fields, out var message)) return Finish(request, ControlResult.BadData);
        return message.Number(1) == 0 && message.Number(2) < (ulong)system.Sections.Count
            ? then(system.Sections[(int)message.Number(2)], message) : Finish(request, ControlResult.NotFound);
    }

    static uint FlagsOf(StorageSection section) =>
        (section.Read is null ? 0 : CanRead) | (section.Write is null ? 0 : CanWrite) | (section.Clear is null ? 0 : CanClear)
        | (section.MeasureModule is null ? 0 : CanGetSize) | (section.NeedsClear ? NeedsClear : 0);

    static ulong NumberOf(ModuleFunction function) => function switch { ModuleFunction.Bootloader => 1, ModuleFunction.SystemPart => 2, _ => 3 };

    static IEnumerable<TimeSpan> Finish(ControlRequest request, int result, ProtoWriter? reply = null)
    {
        request.Finish(result, reply?.Message ?? default);
        return [];
    }
}
