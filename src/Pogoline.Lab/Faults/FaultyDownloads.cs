namespace Pogoline.Lab.Faults;

/// <summary>A network on which downloads fail as a fault plan says. The faults count requests, of all files together.</summary>
/// <param name="plan">The plan; faults that do not happen at a download are left alone.</param>
public sealed class FaultyDownloads(LabFaultPlan plan) : DelegatingHandler
{
    long _requests;

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var now = Interlocked.Increment(ref _requests);
        var fault = plan.Faults.FirstOrDefault(f => f.At == LabMoment.Download && now >= f.Number && now < f.Number + f.Times);
        if (fault?.Fault == LabFaultKind.SourceGone) throw new HttpRequestException("The fault plan has the server out of reach.");
        var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (fault is null || !response.IsSuccessStatusCode) return response;
        var whole = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        var content = Damaged(fault, whole);
        foreach (var header in response.Content.Headers.Where(h => h.Key != "Content-Length")) content.Headers.TryAddWithoutValidation(header.Key, header.Value);
        content.Headers.ContentLength = fault.Fault == LabFaultKind.SourceShort ? whole.Length / 2 : whole.Length;
        response.Content = content;
        return response;
    }

    static HttpContent Damaged(LabFault fault, byte[] whole)
    {
        if (fault.Fault == LabFaultKind.SourceShort) return new ByteArrayContent(whole, 0, whole.Length / 2);
        if (fault.Fault != LabFaultKind.SourceFlip) return new StreamContent(new BrokenStream(whole.AsMemory(0, whole.Length / 2), isCut: fault.Fault == LabFaultKind.SourceCut));
        if (whole.Length > 0) whole[fault.Bit / 8 % whole.Length] ^= (byte)(1 << (fault.Bit % 8));
        return new ByteArrayContent(whole);
    }

    /// <summary>Half of a file, and then an error or nothing.</summary>
    sealed class BrokenStream(ReadOnlyMemory<byte> half, bool isCut) : Stream
    {
        int _at;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => _at; set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = Math.Min(buffer.Length, half.Length - _at);
            half.Span.Slice(_at, count).CopyTo(buffer.Span);
            _at += count;
            if (count > 0) return count;
            if (isCut) throw new IOException("The fault plan has the connection cut here.");
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(false);
            return 0;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
